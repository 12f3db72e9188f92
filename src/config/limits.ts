import { HarnessError } from '../errors.ts'
import type { Limit } from '../records/index.ts'
import type { ConfigFile } from './config-file.ts'
import { didYouMean } from './did-you-mean.ts'
import type { KnownNames } from './resolved.ts'

type Limits = Readonly<Record<string, Limit>>

/** The limits of a file, each with its bound by name. Throws `config-invalid` for one that nothing measures. */
export function limitsOf(file: ConfigFile | undefined, known: KnownNames['limits']): Limits | undefined {
  const limits = file?.config.policy?.limits
  if (!file || !limits) return undefined
  return Object.fromEntries(
    Object.entries(limits).map(([name, given]): [string, Limit] => {
      const bound = known?.[name]
      if (known && !bound)
        throw invalid(file, name, `nothing of this name is measured: ${didYouMean(name, Object.keys(known))}`)
      if (typeof given === 'number') return [name, { [bound ?? 'max']: given }]
      if (bound && !(bound in given)) throw invalid(file, name, `give it as { ${bound}: … }`)
      const { margin, ...value } = given
      return [name, { ...value, ...(margin !== undefined && { margin }) }]
    }),
  )
}

/** A limit of the warm median replaces the default budget, so that one number is not judged by two limits. */
export function impliedBudget(limits: Limits = {}): { readonly 'policy.warmE2eMsP50'?: number } {
  const { max, margin = 0 } = limits['warm.e2eMsP50'] ?? limits['e2eMsP50'] ?? {}
  return max === undefined ? {} : { 'policy.warmE2eMsP50': max * (1 + margin) }
}

const invalid = ({ path }: ConfigFile, name: string, says: string): HarnessError =>
  new HarnessError(
    'config-invalid',
    `The configuration ${path} is not valid:\n  policy.limits.${name}: ${says}\nCorrect it and run again; nothing was run.`,
  )

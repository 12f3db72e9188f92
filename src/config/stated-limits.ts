import { HarnessError } from '../errors.ts'
import type { Limit } from '../records/index.ts'
import { didYouMean } from './did-you-mean.ts'
import type { KnownNames } from './resolved.ts'

type Limits = Readonly<Record<string, Limit>>

const FORM = /^\s*([A-Za-z][\w.]*)\s*(<=?|>=?)\s*(\d+(?:\.\d+)?)\s*$/
const STEADY = 'steady.'

/**
 * What `--slo` says of a load, as limits: `ttftMsP99<500` is `steady.ttftMsP99: { max: 500 }`. Throws `usage` for one that nothing
 * measures, that has the wrong bound, or that stands twice.
 */
export function statedLimits(slos: readonly string[], known: KnownNames['limits'] = {}): Limits {
  const names = Object.keys(known).filter((name) => name.startsWith(STEADY))
  const limits = new Map<string, Limit>()
  for (const slo of slos) {
    const [, name = '', sign = '', value] = FORM.exec(slo) ?? []
    if (value === undefined)
      throw wrong(slo, "write a name, < or >, and a number, as in --slo 'ttftMsP99<500' (milliseconds)")
    const full = name.includes('.') ? name : `${STEADY}${name}`
    if (!full.startsWith(STEADY))
      throw wrong(slo, `it speaks of a load, which is steady: ${name} stands in policy.limits of the file`)
    const bound = known[full]
    if (!bound)
      throw wrong(
        slo,
        `nothing of this name is measured: ${didYouMean(
          name,
          names.map((one) => one.slice(STEADY.length)),
        )}`,
      )
    const stated = sign.startsWith('<') ? 'max' : 'min'
    if (bound !== stated)
      throw wrong(
        slo,
        `${name} has a ${bound === 'max' ? 'largest' : 'smallest'} value: write '${name}${bound === 'max' ? '<' : '>'}${value}'`,
      )
    if (limits.has(full)) throw wrong(slo, `${name} has a limit already: give one of them`)
    limits.set(full, { [bound]: Number(value) })
  }
  return Object.fromEntries(limits)
}

/** Limits of the file and those of the command line, which win, whether or not the file names the warmth. */
export function withStated(
  file: Limits | undefined,
  stated: Limits,
  known: KnownNames['limits'] = {},
): Limits | undefined {
  if (Object.keys(stated).length === 0) return file
  const isSteady = (name: string) =>
    known[`warm.${name}`] === undefined && known[`cold.${name}`] === undefined
  const kept = Object.entries(file ?? {}).filter(
    ([name]) => !(name in stated) && !(isSteady(name) && `${STEADY}${name}` in stated),
  )
  return { ...Object.fromEntries(kept), ...stated }
}

const wrong = (slo: string, says: string): HarnessError =>
  new HarnessError('usage', `--slo '${slo}': ${says}`)

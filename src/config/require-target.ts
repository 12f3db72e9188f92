import { HarnessError } from '../errors.ts'
import type { ResolvedConfig, RunConfig } from './resolved.ts'

/** How a target is chosen: the end of a sentence that says that none is. */
export function howToChoose({ targetNames, file }: ResolvedConfig): string {
  const described =
    file === undefined
      ? 'that a configuration file describes'
      : `of ${file}${listed(targetNames)}, or set \`target\` in it`
  return [
    'give --url http://HOST:PORT for a service that already runs,',
    `or --target NAME for one ${described}; \`infergate init\` writes a first file.`,
    'To try infergate itself: --target simulator.',
  ].join(' ')
}

const listed = (names: readonly string[]): string => (names.length === 0 ? '' : ` (${names.join(', ')})`)

/** Nothing is judged in place of a service that nobody named: its PASS would let any deploy through. Throws `usage`. */
export function requireTarget(config: ResolvedConfig): RunConfig {
  const { targetName, target } = config.values
  if (targetName !== undefined && target)
    return { ...config, values: { ...config.values, targetName, target } }
  throw new HarnessError('usage', `No target is chosen and nothing was run: ${howToChoose(config)}`)
}

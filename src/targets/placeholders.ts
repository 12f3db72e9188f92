import { HarnessError } from '../errors.ts'

/** Every value of a record, filled. */
export const fillAll = (
  record: Readonly<Record<string, string>>,
  fill: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, text]) => [name, fill(text)]))

/**
 * Fills `{port}` and `{env:NAME}`. It happens at the start, not in the configuration, so that what stands in a
 * variable, which may be a secret, enters no report.
 */
export function fillPlaceholders(text: string, port: number, env: NodeJS.ProcessEnv): string {
  return text.replaceAll('{port}', String(port)).replaceAll(/\{env:([A-Za-z_]\w*)\}/g, (_, name: string) => {
    const value = env[name]
    if (value === undefined || value === '')
      throw new HarnessError(
        'config-invalid',
        `The target needs the environment variable ${name}: set it and run again.`,
      )
    return value
  })
}

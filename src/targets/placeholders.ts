import { fillReferences } from '../references.ts'

/** Every value of a record, filled. */
export const fillAll = (
  record: Readonly<Record<string, string>>,
  fill: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, text]) => [name, fill(text)]))

/**
 * Fills `{port}`, `{env:NAME}` and `{plain:NAME}`. It happens at the start, not in the configuration, so that what stands in
 * a variable enters no report. Throws `config-invalid` for a variable without a value and for a secret that is too short.
 */
export const fillPlaceholders = (text: string, port: number, env: NodeJS.ProcessEnv): string =>
  fillReferences(text.replaceAll('{port}', String(port)), env)

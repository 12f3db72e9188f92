import type { Row } from '../sql.ts'

/** `started_at` becomes `startedAt`; what is NULL is absent. */
export const camelRow = (row: Row): object =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]),
  )

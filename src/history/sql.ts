export type SqlValue = string | number | null
export type Row = Readonly<Record<string, SqlValue>>

/**
 * What queries need of a database. Their texts keep to what SQLite and PostgreSQL both understand, with `?` for each value in its
 * order, so that one text serves both.
 */
export interface Sql {
  all(text: string, ...values: readonly SqlValue[]): Promise<readonly Row[]>
  run(text: string, ...values: readonly SqlValue[]): Promise<void>
}

/** Where a history is kept. One act at a time; whatever it throws is thrown on, in the words of the store. */
export interface Store {
  /** Where it is, as errors name it. */
  readonly place: string
  /** All that `act` reads is of one moment. */
  read<T>(act: (sql: Sql) => Promise<T>): Promise<T>
  /** All that `act` writes is kept when this resolves, or nothing of it. */
  write<T>(act: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

import { canonical } from '../record.ts'
import { type Entry, FORMAT } from './entry.ts'

/** The first line of an export. */
export const headerLine = (): string => `${canonical(FORMAT)}\n`

/** One entry as a line: equal entries are equal bytes. */
export const lineOf = (one: Entry): string => `${canonical(one)}\n`

import { HarnessError } from '../../errors.ts'

/** What is wrong with a line of a file. */
export type BadLine = { readonly line: number; readonly says: string }

const SHOWN = 10

/** Nothing of a file is imported that has a bad line. Throws `usage`, naming the first of them. */
export function refuse(file: string, bad: readonly BadLine[]): void {
  if (bad.length === 0) return
  const shown = bad.slice(0, SHOWN).map(({ line, says }) => `${file}:${line}: ${says}`)
  const more = bad.length > SHOWN ? [`and ${bad.length - SHOWN} more lines`] : []
  throw new HarnessError(
    'usage',
    `${[...shown, ...more].join('\n')}\nNothing was imported: correct the file, or export it again.`,
  )
}

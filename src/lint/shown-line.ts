import type { LintFinding, LintPlace } from '../records/index.ts'
import { NOT_SHOWN } from '../secret-names.ts'
import type { Source } from './source.ts'

/** The first line of a place and the mark below it, as they are shown: of a literal that is a secret stands `[not shown]`. */
export function shownLine(
  { lines }: Source,
  place: LintPlace,
  secrets: readonly LintPlace[],
): Pick<LintFinding, 'sourceLine' | 'mark'> {
  const whole = [...(lines[place.line - 1] ?? '')]
  const end = place.endLine === place.line ? place.endColumn : [...whole.join('').trimEnd()].length + 1
  const hidden = secrets.flatMap((one) => spanOn(place.line, one, whole.length))
  let [shown, from] = ['', 0]
  const columns = new Map<number, number>()
  const copy = (until: number): void => {
    for (; from < until; from++) {
      columns.set(from + 1, [...shown].length + 1)
      shown += whole[from] ?? ''
    }
  }
  for (const span of hidden.toSorted((one, other) => one.from - other.from)) {
    copy(span.from)
    const column = [...shown].length + 1
    for (; from < span.until; from++) columns.set(from + 1, column)
    shown += NOT_SHOWN
  }
  copy(whole.length)
  const at = (column: number): number => columns.get(column) ?? [...shown].length + 1
  return {
    sourceLine: shown,
    mark: { column: at(place.column), length: Math.max(1, at(end) - at(place.column)) },
  }
}

/** The part of a line that a place covers, in characters from 0. */
function spanOn(
  line: number,
  { line: first, column, endLine, endColumn }: LintPlace,
  length: number,
): readonly { readonly from: number; readonly until: number }[] {
  if (line < first || line > endLine) return []
  return [{ from: line === first ? column - 1 : 0, until: line === endLine ? endColumn - 1 : length }]
}

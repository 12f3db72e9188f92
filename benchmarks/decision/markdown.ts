export function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
}

/** A goal and what was measured of it. */
export type Goal = {
  readonly says: string
  readonly goal: string
  readonly measured: string
  readonly isMet: boolean
}

export const goalTable = (goals: readonly Goal[]): readonly string[] =>
  table(
    ['goal', 'asked', 'measured', ''],
    goals.map(({ says, goal, measured, isMet }) => [says, goal, measured, isMet ? 'met' : '**missed**']),
  )

export const percentOf = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`

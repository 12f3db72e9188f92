import type { DriveReport } from './driving.ts'

/** Several that shared one schedule, as one: the last to end says how it ended. */
export function mergeReports(reports: readonly DriveReport[]): DriveReport {
  const sum = (of: (report: DriveReport) => number) => reports.reduce((total, one) => total + of(one), 0)
  const held = reports.flatMap(({ heldBack }) => heldBack ?? [])
  const ends = reports.map(({ endedBy }) => endedBy)
  return {
    endedBy: (['told', 'duration'] as const).find((end) => ends.includes(end)) ?? 'schedule',
    sent: sum(({ sent }) => sent),
    unsent: {
      tooLate: sum(({ unsent }) => unsent.tooLate),
      turns: sum(({ unsent }) => unsent.turns),
    },
    ...(held.length > 0 && {
      heldBack: {
        requests: held.reduce((total, { requests }) => total + requests, 0),
        firstAtMs: Math.min(...held.map(({ firstAtMs }) => firstAtMs)),
        mostMs: Math.max(...held.map(({ mostMs }) => mostMs)),
      },
    }),
  }
}

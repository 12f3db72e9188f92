import { goalTable, table } from './markdown.ts'
import type { SpeedOf, SpeedResults } from './speed.ts'

const ASKED = 300_000

export function speedPage(results: SpeedResults): readonly string[] {
  const { date, commit, nights, processor, cores, quiet, stepped } = results
  const slowest = Math.min(quiet.infergate, stepped.infergate)
  return [
    '## Change points: speed',
    '',
    `Processor time of one core, from an array of ${nights} values to its change points: AR(1) 0.3, quiet or with a step of 10 %. ${processor}, ${cores} cores,`,
    `on ${date} at commit ${commit}: \`npm run bench:decision -- --only speed --otava PYTHON\`.`,
    '',
    ...goalTable([
      {
        says: 'points a second, the slower of the two',
        goal: `at least ${thousands(ASKED)}`,
        measured: thousands(slowest),
        isMet: slowest >= ASKED,
      },
    ]),
    '',
    ...table(
      ['series', 'infergate, points/s', 'apache-otava, points/s'],
      [row('quiet', quiet), row('with a step', stepped)],
    ),
    '',
  ]
}

const row = (name: string, { infergate, otava }: SpeedOf): readonly string[] => [
  ...[name, thousands(infergate), otava === undefined ? '' : thousands(otava)],
]

const thousands = (points: number): string => `${Math.round(points / 1_000)} thousand`

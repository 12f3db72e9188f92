import { type Goal, goalTable, table } from './markdown.ts'
import type { SeriesScore, TcpdResults } from './tcpd.ts'
import { meanOf } from './tcpd-score.ts'

/** The best defaults that are published: means over all 31 series. */
const TO_BEAT = { f1: 0.714, cover: 0.674 }

/** The data set's part of docs/statistics.md. */
export function tcpdPage({ date, commit, procedures, otavaVersion }: TcpdResults): readonly string[] {
  const own = procedures[0]?.series ?? []
  const aside = own.filter(({ isAside }) => isAside)
  const nameOf = (name: string): string => (name === 'apache-otava' ? `${name} ${otavaVersion}` : name)
  return [
    '## Change points: the Turing Change Point Dataset',
    '',
    `${own.length} of its 31 univariate series, each with the change points that five people marked (van den Burg & Williams 2020,`,
    'arXiv:2003.06222). F1 with a margin of five values, and cover, as that paper counts them. Every procedure has its defaults,',
    `the same for all series. Those of infergate were chosen on ${own.length - aside.length} series; ${aside.length} were kept aside by a hash of their names (SHA-256 begins with`,
    '0 to 7). The other series of the 31 were not at hand.',
    '',
    `Measured on ${date} at commit ${commit}: \`npm run bench:decision -- --only tcpd --tcpd DIR\`.`,
    '',
    ...goalTable(goalsOf(own)),
    '',
    ...table(
      ['procedure', 'F1: all', 'chosen on', 'kept aside', 'cover: all', 'chosen on', 'kept aside'],
      procedures.map(({ name, series }) => {
        const parts = [
          series,
          series.filter(({ isAside }) => !isAside),
          series.filter(({ isAside }) => isAside),
        ]
        return [nameOf(name), ...parts.map((part) => meanF1(part)), ...parts.map((part) => meanCover(part))]
      }),
    ),
    '',
    ...table(
      ['series', 'values', 'changes found', 'F1', 'cover', 'kept aside'],
      own.map(({ name, values, found, f1, cover, isAside }) => [
        ...[name, String(values), String(found), share(f1), share(cover), isAside ? 'yes' : ''],
      ]),
    ),
    '',
  ]
}

function goalsOf(own: readonly SeriesScore[]): readonly Goal[] {
  const [f1, cover] = [meanOf(own.map((one) => one.f1)), meanOf(own.map((one) => one.cover))]
  return [
    { says: 'F1', goal: `above ${share(TO_BEAT.f1)}`, measured: share(f1), isMet: f1 > TO_BEAT.f1 },
    {
      says: 'cover',
      goal: `above ${share(TO_BEAT.cover)}`,
      measured: share(cover),
      isMet: cover > TO_BEAT.cover,
    },
  ]
}

const meanF1 = (series: readonly SeriesScore[]): string =>
  series.length === 0 ? '' : share(meanOf(series.map(({ f1 }) => f1)))
const meanCover = (series: readonly SeriesScore[]): string =>
  series.length === 0 ? '' : share(meanOf(series.map(({ cover }) => cover)))

const share = (value: number): string => value.toFixed(3)

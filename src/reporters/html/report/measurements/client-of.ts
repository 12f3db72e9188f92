import type { Calibration, ErrorQuantiles, LoadRun } from '../../../../records/index.ts'
import { describeClients } from '../../../client-figures.ts'
import { formatQuantity } from '../../../figures.ts'
import { html, type Markup, table } from '../../kit/index.ts'

/** How far off the client of a load was, and how its machine fared: beside the numbers, and subtracted from none. */
export function clientOf(load: LoadRun): Markup {
  return html`<h4>The client's own error</h4>
<p class="soft">The error is that of the same client, at the same load, against a server whose times are known. It stands beside the numbers and is in none of them.</p>
${table(
  'How far off the client was',
  [{ title: 'What' }, ...['p50', 'p99', 'Most', 'Of'].map((title) => ({ title, isNumber: true as const }))],
  [...errorRows(load), ...clientRows(load)],
)}
<p class="soft">Client: ${describeClients([load]) ?? 'not measured, because nobody watched it'}.</p>`
}

type Row = readonly (string | number)[]

function errorRows({ calibration }: LoadRun): readonly Row[] {
  if (calibration?.state !== 'valid') return [[`error: ${whyNoError(calibration)}`, '–', '–', '–', '–']]
  const { ttftMs, gapMs, answers, events } = calibration.error
  return [
    ['error of TTFT', ...quantilesOf(ttftMs), `${answers.toLocaleString('en-US')} answers`],
    ['error of a gap', ...quantilesOf(gapMs), `${events.toLocaleString('en-US')} events`],
  ]
}

function clientRows({ validity }: LoadRun): readonly Row[] {
  const clients = validity?.clients ?? []
  return clients.flatMap(({ sendLagMs, loopDelayMs, loopDelayMsMax }, thread): Row[] => {
    const of = clients.length > 1 ? ` of thread ${thread + 1}` : ''
    return [
      sendLagMs
        ? [
            `send lag${of}: due until sent`,
            ms(sendLagMs.p50),
            ms(sendLagMs.p99),
            '–',
            `${sendLagMs.n.toLocaleString('en-US')} requests`,
          ]
        : [`send lag${of}: nothing is due in a closed loop`, '–', '–', '–', '–'],
      ...(loopDelayMs
        ? [
            [
              `delay of its event loop${of}`,
              ms(loopDelayMs.p50),
              ms(loopDelayMs.p99),
              ms(loopDelayMsMax),
              `${loopDelayMs.n.toLocaleString('en-US')} looks`,
            ],
          ]
        : []),
    ]
  })
}

const ms = (value: number): string => formatQuantity(value, 'ms')

const quantilesOf = ({ p50, p99, max }: ErrorQuantiles): readonly string[] => [ms(p50), ms(p99), ms(max)]

const whyNoError = (calibration: Calibration | undefined): string =>
  `not measured, because ${calibration?.state === 'void' ? calibration.reason : 'this load was not followed by a calibration'}`

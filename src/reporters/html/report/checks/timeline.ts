import type { Evidence } from '../../../../records/index.ts'
import { countOf, formatDuration } from '../../../figures.ts'
import { html, type Markup, table } from '../../kit/index.ts'

/** How many chunks the evidence keeps. */
const KEPT = 64

/** A tooltip is out of reach of a finger; who opens the numbers reads what is counted. */
const WORDS =
  'A chunk is an event of the stream that holds text. A read is what the network handed over at once: it may hold several chunks, or a part of one. ' +
  'Many chunks in few reads were held back on the way.'

/** When each part of an answer came: a stream that something held back is a heap at the end. */
export function timeline({ timing, response }: Evidence, name: string): Markup {
  const { firstByteMs, ttftMs, e2eMs, chunkAtMs, reads } = timing
  const facts = [
    firstByteMs !== undefined && `first byte after ${formatDuration(firstByteMs)}`,
    ttftMs !== undefined && `first text (TTFT) after ${formatDuration(ttftMs)}`,
    `${response ? 'complete' : 'over'} after ${formatDuration(e2eMs)}`,
    response && `the body came in ${countOf(reads, 'read')}`,
  ].filter((one) => typeof one === 'string')
  if (chunkAtMs.length === 0) return html`<p class="soft">Time: ${facts.join(', ')}.</p>`
  return html`<div class="timeline"><p>${spreadOf(timing)} ${capitalised(facts.join(', '))}.</p>
${drawn(timing)}
<details class="numbers"><summary>The chunks as numbers</summary><p class="soft">${WORDS}</p>${table(
    `Chunks of ${name}`,
    [
      { title: 'Chunk', isNumber: true },
      { title: 'After, ms', isNumber: true },
      { title: 'Gap, ms', isNumber: true },
    ],
    chunkAtMs.map((at, index) => [index + 1, at.toFixed(1), (at - (chunkAtMs[index - 1] ?? 0)).toFixed(1)]),
  )}</details></div>`
}

type Times = Evidence['timing']

function spreadOf({ chunkAtMs, e2eMs }: Times): string {
  const spread = (chunkAtMs.at(-1) ?? 0) - (chunkAtMs[0] ?? 0)
  const share = e2eMs > 0 ? `, ${Math.round((100 * spread) / e2eMs)} % of the whole time` : ''
  const which =
    chunkAtMs.length < KEPT
      ? countOf(chunkAtMs.length, 'chunk')
      : `The first ${chunkAtMs.length} chunks (the journal keeps no more)`
  return `${which} within ${formatDuration(spread)}${share}.`
}

const [WIDTH, HEIGHT] = [1_000, 34]

function drawn({ chunkAtMs, ttftMs, e2eMs }: Times): Markup {
  const whole = Math.max(e2eMs, chunkAtMs.at(-1) ?? 0, 0.001)
  const x = (ms: number) => ((ms / whole) * WIDTH).toFixed(1)
  const path = chunkAtMs.map((at) => `M${x(at)} 8V${HEIGHT}`).join('')
  const first = ttftMs ?? chunkAtMs[0] ?? 0
  const last = chunkAtMs.length < KEPT ? WIDTH : x(chunkAtMs.at(-1) ?? 0)
  const share = Math.round((100 * first) / whole)
  return html`<p class="ends"><span style="${share > 70 ? `margin-left:auto;margin-right:${100 - share}%` : `margin-left:${share}%`}">${share > 70 ? `TTFT ${formatDuration(first)}▕` : `▏TTFT ${formatDuration(first)}`}</span></p>
<svg class="chunks" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${countOf(chunkAtMs.length, 'chunk')} on a line from the request to the end of the answer; the first at ${share} % of it"><rect x="0" y="8" width="${last}" height="${HEIGHT - 8}" class="span"/><rect x="0" y="8" width="${x(first)}" height="${HEIGHT - 8}" class="wait"/><path d="${path}" class="chunk"/><path d="M${x(first)} 0V${HEIGHT}" class="first"/></svg>
<p class="ends"><span>0: sent</span><span>${formatDuration(whole)}: complete</span></p>`
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

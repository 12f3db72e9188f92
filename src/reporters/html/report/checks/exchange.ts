import type { Evidence, ReceivedResponse, SentRequest } from '../../../../records/index.ts'
import { formatDuration } from '../../../figures.ts'
import { clipped, html, type Markup, shown } from '../../kit/index.ts'
import { bodyMarkup } from './body.ts'
import { locate, type Mark } from './locate.ts'
import { timeline } from './timeline.ts'

/** One request of a check and what came back. */
export type Exchange = {
  readonly evidence: Evidence
  readonly checkId: string
  /** From 1, in the check. */
  readonly number: number
  /** Why the check did not hold. */
  readonly reasons: readonly string[]
}

export function exchangeMarkup(exchange: Exchange): Markup {
  const { evidence, checkId, number } = exchange
  const { request, response, timing, outcome, curl } = evidence
  return html`<details class="exchange"${number === 1 && html` open`}><summary>Exchange ${number}: ${clipped(outcome, 200)}, after ${formatDuration(timing.e2eMs)}</summary>
${response ? answer(exchange, response) : html`<p><mark>No answer was received.</mark> ${outcome}</p>${timeline(evidence, nameOf(exchange))}`}
<details class="request" open><summary>Request: <code>${request.method} ${clipped(request.url, 300)}</code></summary>
${headers('Headers of the request', request.headers, [])}${requestBody(request)}</details>
<details class="curl"><summary>To repeat it: curl</summary>${curlMarkup(curl, `curl-${checkId}-${number}`)}</details>
</details>`
}

const nameOf = ({ checkId, number }: Exchange): string => `${checkId}, exchange ${number}`

function answer(exchange: Exchange, response: ReceivedResponse): Markup {
  const { evidence, reasons } = exchange
  const { status, headers: received, body, bodyBytes, hops } = response
  const marks = locate(evidence, reasons)
  const isBlamed = reasons.some((reason) => reason.includes(`HTTP ${status}`)) && status !== 200
  const line = html`HTTP ${status}`
  const says = [...new Set(marks.map((mark) => mark.says))]
  return html`<h5>Answer: <code>${isBlamed ? html`<mark>${line}</mark>` : line}</code>${hops > 0 && html` <span class="soft">after ${hops} redirects</span>`}</h5>
${timeline(evidence, nameOf(exchange))}
${says.length > 0 && html`<p class="marked">Marked: ${clipped(says.join('; '), 400)}.</p>`}
${bodyBox('Body of the answer', body, marks, earlyEnd(evidence))}
${sizeNote(body, bodyBytes)}
${headers('Headers of the answer', received, reasons)}`
}

/** What is missing has no bytes to mark: the place where it is missing has, where the end of the body was kept. */
function earlyEnd({ outcome, response }: Evidence): string | undefined {
  if (!response || !isEndKept(response)) return undefined
  if (outcome.startsWith('truncated-stream')) return 'the stream ends here, before its end marker'
  return outcome.startsWith('truncated-body') ? 'the body ends here, before its stated end' : undefined
}

/** A body is cut in its middle, and once more at its end where it is larger than what a client keeps of any. */
function isEndKept({ body, bodyBytes }: ReceivedResponse): boolean {
  const cut = / …\[(\d+) characters cut\]… /.exec(body)
  return Buffer.byteLength(body) - (cut ? Buffer.byteLength(cut[0]) : 0) + Number(cut?.[1] ?? 0) >= bodyBytes
}

function bodyBox(label: string, body: string, marks: readonly Mark[], ends?: string): Markup {
  if (body === '' && ends === undefined) return html`<p class="soft">${label}: empty.</p>`
  return html`<pre class="body" tabindex="0" role="group" aria-label="${label}">${bodyMarkup(body, marks)}${ends !== undefined && html`<mark class="end">⟵ ${ends}</mark>`}</pre>`
}

const sizeNote = (body: string, bytes: number): Markup | false =>
  Buffer.byteLength(body) < bytes &&
  html`<p class="soft">The body has ${bytes.toLocaleString('en-US')} bytes; the journal keeps this much of it.</p>`

function requestBody({ body, bodyCharacters }: SentRequest): Markup | false {
  if (body === undefined) return false
  return html`${bodyBox('Body of the request', body, [])}${
    bodyCharacters !== undefined &&
    html`<p class="soft">The body has ${bodyCharacters.toLocaleString('en-US')} characters; the journal keeps this much of it.</p>`
  }`
}

/** A header whose value a reason tells is marked, and in sight. */
function headers(
  label: string,
  values: Readonly<Record<string, string>>,
  reasons: readonly string[],
): Markup {
  const names = Object.keys(values)
  const isTold = (value: string) =>
    value.length >= FEWEST_CHARACTERS && reasons.some((reason) => reason.includes(value))
  const anyTold = Object.values(values).some(isTold)
  return html`<details class="headers"${anyTold && html` open`}><summary>${label} (${names.length})</summary><pre>${names.map(
    (name) => headerLine(name, values[name] ?? '', isTold),
  )}</pre></details>`
}

function headerLine(name: string, value: string, isTold: (value: string) => boolean): Markup {
  const line = html`${name}: ${clipped(value, 1_000)}`
  return html`${isTold(value) ? html`<mark>${line}</mark>` : line}
`
}

/** A shorter value, such as a length, is in many a reason by chance. */
const FEWEST_CHARACTERS = 6

/** A longer one is no line for a terminal. */
const LONGEST_CURL = 16_384

function curlMarkup(curl: string, id: string): Markup {
  if (curl.length > LONGEST_CURL)
    return html`<p class="soft">It has ${curl.length.toLocaleString('en-US')} characters: take it from journal.jsonl.</p>`
  const line = html`<pre id="${id}" tabindex="0" role="group" aria-label="curl that repeats this request">${curl}</pre>`
  if (curl.startsWith('#')) return line
  // What is copied is what is shown: a sign that is shown by its code point would be another request.
  return shown(curl) === curl
    ? html`${line}<button type="button" data-copy="${id}">Copy curl</button>`
    : html`${line}<p class="soft">It holds hidden signs, shown here by their code points: copy it from journal.jsonl.</p>`
}

import type { Check, Comparison, Evidence, ReceivedResponse, SentRequest } from '../records/index.ts'
import { formatDuration } from './figures.ts'
import { code, escapeText, fence } from './markdown-syntax.ts'
import { shortBody } from './safe-text.ts'

/** Exchanges shown for one check; the rest stand in verdict.json. */
const SHOWN = 3

/** A check that did not hold: what was promised, what was seen, and the bytes that show it. */
export function renderCheck(check: Check): string {
  const { id, says, outcome, required, reason, observed, evidence = [] } = check
  const shown = evidence.slice(0, SHOWN)
  const parts = [
    `### ${id}`,
    `${outcome}${required ? '' : ' (advisory: it does not decide)'}: ${escapeText(reason ?? 'no reason was given')}`,
    `Promised: ${escapeText(says)}`,
  ]
  if (check.waived !== undefined) parts.push(`It does not count: ${escapeText(check.waived)}`)
  if (observed)
    parts.push(
      `Observed ${observed.n} times: a violation in ${(observed.findsRate * 100).toPrecision(2)} % of answers would be found with 95 % probability.`,
    )
  if (evidence.length > SHOWN)
    parts.push(
      `The first ${SHOWN} of ${evidence.length} exchanges, the blamed one first; the others are in verdict.json.`,
    )
  if (evidence.length === 0) parts.push('No exchange was made.')
  return [...parts, ...shown.map(renderEvidence)].join('\n\n')
}

/** A budget that did not hold. It has figures and no exchange: the samples are its evidence. */
export const renderComparison = ({ id, says, outcome, reason }: Comparison): string =>
  [`### ${id}`, `${outcome}: ${escapeText(reason)}`, `Promised: ${escapeText(says)}`].join('\n\n')

function renderEvidence({ request, response, timing, outcome, curl }: Evidence, index: number): string {
  return [
    `**Exchange ${index + 1}**: ${escapeText(outcome)}, after ${formatDuration(timing.e2eMs)}`,
    fence(renderRequest(request), 'http'),
    response ? fence(renderResponse(response), 'http') : 'No answer was received.',
    'To repeat it:',
    fence(curl, 'sh'),
  ].join('\n\n')
}

const renderHeaders = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`)

const renderRequest = ({ method, url, headers, body }: SentRequest): string =>
  [`${method} ${url}`, ...renderHeaders(headers), ...(body === undefined ? [] : ['', shortBody(body)])].join(
    '\n',
  )

function renderResponse({ status, headers, body, bodyBytes, hops }: ReceivedResponse): string {
  const cut = Buffer.byteLength(body) < bodyBytes ? [`(cut: the body has ${bodyBytes} bytes)`] : []
  const redirects = hops === 0 ? [] : [`(after ${hops} redirects)`]
  return [`HTTP ${status}`, ...renderHeaders(headers), '', shortBody(body), ...cut, ...redirects].join('\n')
}

/** The check with a link to where its cause is shown, as GitHub makes anchors of headings. */
export const anchor = (id: string, shownAt = id): string =>
  `[${code(id)}](#${shownAt.toLowerCase().replace(/[^a-z0-9_-]/g, '')})`

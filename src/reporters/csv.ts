import type { Sample } from '../records/index.ts'
import type { Reporter } from './reporter.ts'

type Cell = string | number | boolean | undefined

/** What of a sample is one value; all of it stands in samples.jsonl. */
const COLUMNS: Readonly<Record<string, (sample: Sample) => Cell>> = {
  scenario: ({ scenario }) => scenario,
  warmth: ({ warmth }) => warmth,
  boot: ({ boot }) => boot,
  arm: ({ arm }) => arm,
  index: ({ index }) => index,
  phase: ({ phase }) => phase,
  warmUp: ({ warmUp }) => warmUp,
  outcome: ({ outcome }) => outcome,
  dueAtMs: ({ dueAtMs }) => dueAtMs,
  sentAtMs: ({ sentAtMs }) => sentAtMs,
  sendLagMs: ({ sendLagMs }) => sendLagMs,
  headersMs: ({ headersMs }) => headersMs,
  firstByteMs: ({ firstByteMs }) => firstByteMs,
  ttftMs: ({ ttftMs }) => ttftMs,
  tpotMs: ({ tpotMs }) => tpotMs,
  e2eMs: ({ e2eMs }) => e2eMs,
  coldStartMs: ({ coldStartMs }) => coldStartMs,
  inputTokens: ({ inputTokens }) => inputTokens,
  outputTokens: ({ outputTokens }) => outputTokens,
  maxTokens: ({ maxTokens }) => maxTokens,
  chunks: ({ chunkAtMs }) => chunkAtMs?.length,
  events: ({ events }) => events,
  reads: ({ reads }) => reads,
  bytes: ({ bytes }) => bytes,
  finishReason: ({ finishReason }) => finishReason,
  workload: ({ workload }) => workload,
  session: ({ session }) => session?.id,
  turn: ({ session }) => session?.turn,
  dnsMs: ({ connection }) => connection?.dnsMs,
  connectMs: ({ connection }) => connection?.connectMs,
  tlsMs: ({ connection }) => connection?.tlsMs,
  turnedAway: ({ turnedAway }) => turnedAway && true,
  retryAfterMs: ({ turnedAway }) => turnedAway?.retryAfterMs,
  worker: ({ worker }) => worker,
  spoiledBy: ({ spoiledBy }) => spoiledBy?.join(' '),
  message: ({ message }) => message,
}

/** One line a sample (RFC 4180); what a sample does not have is empty. */
export const csvReporter: Reporter = {
  name: 'csv',
  says: 'the samples as a table, one request a line',
  file: 'samples.csv',
  render: ({ run }) => {
    const samples = [...run.samples, ...(run.pairedSamples ?? [])]
    const rows = samples.map((sample) => Object.values(COLUMNS).map((cell) => cell(sample)))
    return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
  },
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe: a service must not compute on a reader's machine. */
function quoted(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

import type { BugReport, Evidence, Repeat, Tries } from '../records/index.ts'
import { countOf, formatDuration } from './figures.ts'
import { code, escapeText, fence, table } from './markdown-syntax.ts'
import { shortBody } from './safe-text.ts'

/** A finding for the owner of a service: who reads it has neither infergate nor its run. */
export function renderBugReport(report: BugReport): string {
  const { title, run, check, reason, expected, came, repeat, place, since, others } = report
  return `${[
    `# ${escapeText(title)}`,
    `${escapeText(reason, 2_000)}`,
    '## What was expected',
    expected.map((one) => `- ${escapeText(one)}`).join('\n'),
    '## What came',
    ...renderCame(came),
    '## How to repeat it',
    ...renderRepeat(repeat, report.targetEnds ?? false),
    '## Where it sits',
    `${PART[place.part]}: ${place.because.map((one) => escapeText(one)).join('; ')}. This is a conclusion, not a measurement.`,
    ...listed('What the run saw meanwhile:', place.meanwhile),
    ...listed('What was seen when this report was written:', place.now),
    '## What changed since',
    ...renderSince(since),
    '## Where it was seen',
    table(
      ['fact', 'value'],
      report.environment.map(([name, value]) => [name, escapeText(value)]),
    ),
    `Found by the check ${code(check)} of run ${code(run.id)}, which was ${run.verdict}. Written ${report.madeAt}.`,
    ...(others.length === 0
      ? []
      : [
          `Other checks with the same cause (${others.length}): ${others.map((one) => code(one)).join(', ')}`,
        ]),
  ].join('\n\n')}\n`
}

const PART: Readonly<Record<BugReport['place']['part'], string>> = {
  network: 'On the network',
  edge: 'At the edge (a proxy or gateway in front)',
  'front function': 'In the front function (the web code before the engine)',
  engine: 'In the engine, or in what it is given',
  'not known': 'Not known',
}

function listed(head: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${head}\n\n${items.map((one) => `- ${escapeText(one)}`).join('\n')}`]
}

function renderCame(came: Evidence | undefined): readonly string[] {
  if (!came) return ['No exchange was kept: the finding is about figures, or about what did not happen.']
  const { request, response, timing, outcome } = came
  const sent = `${request.method} ${request.url}${request.body === undefined ? '' : `\n\n${shortBody(request.body, '')}`}`
  return [
    `${escapeText(outcome)}, after ${formatDuration(timing.e2eMs)}.`,
    'The request:',
    fence(sent, 'http'),
    ...(response ? ['The answer:', fence(answerOf(response), 'http')] : ['No HTTP answer was received.']),
    ...(timing.chunkAtMs.length === 0
      ? []
      : [
          `The events of the stream came ${timing.chunkAtMs
            .slice(0, 8)
            .map((ms) => formatDuration(ms))
            .join(
              ', ',
            )}${timing.chunkAtMs.length > 8 ? ', …' : ''} after the request, in ${countOf(timing.reads, 'read')} from the socket.`,
        ]),
  ]
}

function answerOf({ status, headers, body, bodyBytes }: NonNullable<Evidence['response']>): string {
  const cut = Buffer.byteLength(body) < bodyBytes ? [`(the body has ${bodyBytes} bytes)`] : []
  return [
    `HTTP ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    shortBody(body, ''),
    ...cut,
  ].join('\n')
}

function renderRepeat(repeat: Repeat, targetEnds: boolean): readonly string[] {
  if (!repeat.tried)
    return [
      `Not tried now: ${escapeText(repeat.why)}.`,
      ...(repeat.curl === undefined
        ? []
        : ['The recorded request, as it was sent in the run:', fence(repeat.curl, 'sh')]),
    ]
  const { recorded, minimal, curl, changes, requests, at, sign, whole } = repeat
  const isGone = recorded.shown === 0
  return [
    isGone
      ? `**It does not repeat now: ${triesOf(recorded)}** at ${code(at)}. What came in the run stands above.${repeat.instead === undefined ? '' : ` What comes now: ${escapeText(repeat.instead, 300)}.`}`
      : `**It repeats: ${triesOf(minimal ?? recorded)}** at ${code(at)}.`,
    ...(curl === undefined ? [] : [isGone ? 'The recorded request:' : leadOf(repeat), fence(curl, 'sh')]),
    ...(targetEnds && curl !== undefined
      ? [
          `The service was started for this report and has ended: put the address of yours in place of ${code(at)}.`,
        ]
      : []),
    ...renderCurlRun(repeat),
    ...(repeat.came && !isGone && repeat.curlRun?.repeats !== 'yes'
      ? ['What came when this report was written:', fence(cameNow(repeat.came), 'http')]
      : []),
    [
      ...(repeat.from === undefined
        ? []
        : [
            `- The request is that of ${code(repeat.from)}, a check with the same cause: that of this one cannot be sent again, or does not show it`,
          ]),
      `- It counts as the same failure when: ${escapeText(sign)}`,
      `- ${repeat.by === 'check' ? 'The check' : 'The request of the run'}: ${triesOf(recorded)}${minimal ? `; the request above: ${triesOf(minimal)}` : ''}; ${countOf(requests, 'request')} in all`,
      ...(changes.length === 0
        ? []
        : [`- Smaller than the request of the run: ${escapeText(changes.join('; '))}`]),
      ...(whole === undefined ? [] : [`- Not made smaller: ${escapeText(whole)}`]),
      ...(repeat.stoppedBy === undefined
        ? []
        : [
            `- A smaller one may exist: the search ended with its ${repeat.stoppedBy === 'time' ? 'time (--max-seconds)' : 'requests (--max-requests)'}`,
          ]),
    ].join('\n'),
  ]
}

const leadOf = ({ by, whole }: Tried): string =>
  whole === undefined || by === 'check' ? LEAD[by] : 'The request as the run sent it:'

type Tried = Extract<Repeat, { tried: true }>

const LEAD: Readonly<Record<Tried['by'], string>> = {
  failure: 'The shortest request found that fails the same:',
  constraint: 'The shortest request found whose answer breaks its constraint the same way:',
  arrival: 'The shortest request found whose stream arrives so:',
  check: 'A request of the check, as it sends it:',
}

function renderCurlRun({ whole, curlRun, came }: Tried): readonly string[] {
  if (!curlRun)
    return came && whole === undefined
      ? ['infergate sent this request itself; the line was not run, for there is no curl here.']
      : []
  const { version, exitCode, repeats, tries, output } = curlRun
  const ended = `exit code ${exitCode ?? 'none'}`
  const said = {
    yes: `The line was run by ${version} and repeats the failure (${ended}${tries.of > 1 ? `, at try ${tries.of}` : ''}).`,
    no: `The line was run by ${version} and did not show the failure in ${countOf(tries.of, 'try').replace('trys', 'tries')} (${ended}): what differs between curl and the client may be why.`,
    untold: `The line was run by ${version} (${ended}). From what curl prints alone the failure cannot be told; infergate sent the same request and saw it.`,
  }[repeats]
  return [
    said,
    ...(repeats === 'yes' && output !== '' ? ['It printed:', fence(shortBody(output, ''), 'http')] : []),
  ]
}

const cameNow = ({ response, outcome, timing }: Evidence): string =>
  response ? answerOf(response) : `(no HTTP answer: ${outcome}, after ${formatDuration(timing.e2eMs)})`

const triesOf = ({ shown, of }: Tries): string => `${shown} of ${of} ${of === 1 ? 'try' : 'tries'}`

function renderSince(since: BugReport['since']): readonly string[] {
  if (!since) return ['Not known: the history has no accepted run of this target to hold beside it.']
  const { runId, rows, differences } = since
  return [
    table(
      ['', `accepted run ${code(runId)}`, 'this run'],
      rows.map(({ what, before, now }) => [what, escapeText(before), escapeText(now)]),
    ),
    differences.length === 0
      ? 'The configurations of the two runs do not differ in anything that infergate keeps.'
      : `What differs in the configuration (accepted → this run):\n\n${differences.map((one) => `- ${escapeText(one)}`).join('\n')}`,
  ]
}

import { HarnessError } from '../errors.ts'
import type { BootAttempt, FailureKind, ProcessExit } from '../records/index.ts'
import type { Launched } from './launch.ts'

const WAITED_FOR: Readonly<Record<BootAttempt['what'], string>> = {
  port: 'its port opened',
  health: 'its health said yes',
  generate: 'its first good generation',
}

/** A target as far as a message names it. */
type Named = Pick<Launched, 'description'> & { readonly address?: { readonly baseUrl?: string } }

/** How people recognise the target: what was started, or where it is. */
function nameOf({ description, address }: Named): string {
  if (description.kind === 'simulator') return 'the simulator'
  return `\`${description.command?.join(' ') ?? description.url ?? address?.baseUrl ?? 'the target'}\``
}

export function diedWhileStarting(
  target: Named,
  exit: ProcessExit,
  what: BootAttempt['what'],
  tail: readonly string[],
): HarnessError {
  const how = exit.signal !== null ? `signal ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`
  return new HarnessError(
    'target-died',
    `${nameOf(target)} died while starting, before ${WAITED_FOR[what]} (${how}, after ${seconds(exit.atMs)}).${quoted(tail)}\nCorrect what its log reports; to see it alone, run the command by hand.`,
  )
}

export function notReady(
  target: Launched,
  last: BootAttempt,
  waitedMs: number,
  tail: readonly string[],
): HarnessError {
  return new HarnessError(
    'target-not-ready',
    `${nameOf(target)} was not ready within ${seconds(waitedMs)}: waited until ${WAITED_FOR[last.what]}; last seen: ${seen(last)}.${quoted(tail)}\nIf it only needs longer, raise \`readyTimeoutSeconds\` of the target.`,
  )
}

export function unreachable(target: Launched, last: BootAttempt): HarnessError {
  return new HarnessError(
    'target-unreachable',
    `${nameOf(target)} cannot be reached: ${seen(last)}. ${NEXT_STEP[last.failure ?? 'connect'] ?? 'Check the URL and that the service runs.'}`,
  )
}

export function lockedOut(target: Launched, last: BootAttempt): HarnessError {
  const headers = target.address.secretHeaders?.map(({ name }) => name) ?? []
  const next =
    headers.length === 0
      ? 'Give the credentials: set INFERGATE_API_KEY, or `headers` of the target in the configuration.'
      : `Check the value of ${headers.join(', ')}: it was sent and refused.`
  return new HarnessError(
    'target-unreachable',
    `${nameOf(target)} refuses to generate for us: ${seen(last)}. ${next}`,
  )
}

const NEXT_STEP: Partial<Readonly<Record<FailureKind, string>>> = {
  connect: 'Start the service, or correct the host and port of its URL.',
  timeout: 'Check the host and port of its URL, and whether a firewall drops the connection.',
  dns: 'Correct the host name of its URL, or check the network.',
  tls: 'Check that the URL is meant to be https; for a private certificate authority name its file in `tls.ca` of the target, or in NODE_EXTRA_CA_CERTS.',
}

/** On one line, whatever the service put into it. */
function seen({ failure = 'connect', status, message = '' }: BootAttempt): string {
  const kind = status === undefined ? failure : `${failure} ${status}`
  return message === '' ? kind : `${kind} (${message.replaceAll(/\s+/g, ' ').trim()})`
}

const quoted = (tail: readonly string[]): string =>
  tail.length === 0
    ? ' It wrote no log.'
    : `\nIts last lines:\n${tail.map((line) => `  | ${line}`).join('\n')}`

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

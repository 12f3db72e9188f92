import { createClient } from '../client/index.ts'
import type { Reply, UrlTarget } from '../records/index.ts'
import { plainLine } from '../safe-text.ts'
import { addressOfUrl } from '../targets/index.ts'
import type { Reading } from './events.ts'
import { fillText, type Values } from './fill.ts'
import type { FieldOfAnswer, VersionProbe } from './plan.ts'
import { complaintOf, type Ran } from './run-command.ts'

/** One look, its connection included. */
const ASK_MS = 10_000
const LONGEST_VERSION = 256

export type AskOptions = {
  /** The place that is asked. */
  readonly at: UrlTarget
  readonly values: Values
  readonly signal: AbortSignal
  /** Runs the command of a probe. */
  readonly run: (probe: Extract<VersionProbe, { kind: 'command' }>, values: Values) => Promise<Ran>
}

/** Which version answers now. Each look opens a connection of its own: a kept one may lead to a container that is being replaced. */
export async function askVersion(probe: VersionProbe, options: AskOptions): Promise<Reading> {
  if (probe.kind === 'command') {
    const ran = await options.run(probe, options.values)
    if (ran.outcome !== 'succeeded') return none(complaintOf(probe.command.argv, ran))
    return ran.answer === undefined
      ? none('the command of its version printed nothing')
      : versionOf(ran.answer)
  }
  const { at, values, signal } = options
  await using client = await createClient(addressOfUrl(at))
  const url = fillText(probe.url, values)
  const reply = await client.send({ path: url }, { signal, timeoutMs: ASK_MS, once: true })
  signal.throwIfAborted()
  const reading = readReply(probe, reply, values)
  return reading.kind === 'none' ? none(client.redact(reading.why)) : reading
}

function readReply(probe: Exclude<VersionProbe, { kind: 'command' }>, reply: Reply, values: Values): Reading {
  if (reply.outcome === 'failed')
    return none(
      `GET ${reply.sent.url}: ${reply.status === undefined ? '' : `HTTP ${reply.status}, `}${reply.failure}: ${reply.message}`,
    )
  if (probe.kind === 'marker') {
    const marker = fillText(probe.text, values)
    return versionOf(reply.text.includes(marker) ? (values.version ?? marker) : `without "${marker}"`)
  }
  const version = fieldOf(probe.version, reply)
  if (version === undefined) return none(`GET ${reply.sent.url}: the answer has no ${placeOf(probe.version)}`)
  const boot = probe.boot && fieldOf(probe.boot, reply)
  return { ...versionOf(version), ...(boot !== undefined && { boot: plainLine(boot, LONGEST_VERSION) }) }
}

function versionOf(text: string): Reading {
  const version = plainLine(text, LONGEST_VERSION)
  return version === ''
    ? none('its version is empty, or holds control characters alone')
    : { kind: 'version', version }
}
const none = (why: string): Reading => ({ kind: 'none', why: plainLine(why) })

const placeOf = (field: FieldOfAnswer): string =>
  'header' in field ? `header ${field.header}` : `value at ${field.pointer}`

function fieldOf(field: FieldOfAnswer, reply: Extract<Reply, { outcome: 'completed' }>): string | undefined {
  const value =
    'header' in field
      ? reply.received?.headers[field.header.toLowerCase()]
      : valueAt(field.pointer, reply.json ?? parsed(reply.text))
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** RFC 6901. */
function valueAt(pointer: string, json: unknown): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (at, part) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, part)
          ? (at as Record<string, unknown>)[part]
          : undefined,
      json,
    )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

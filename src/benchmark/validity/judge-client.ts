import type { BoundedTail, ClientFigures, InvalidReason, LoadValidity } from '../../records/index.ts'

/** What a client must keep for its numbers to be the service's. Milliseconds; the share of the time at work. */
export const CLIENT_LIMITS = {
  sendLagMsP99: 5,
  loopDelayMsP99: 10,
  loopUtilization: 0.85,
  /** Of the time in which it wanted a core. */
  waitingShare: 0.6,
  /** From here on it is near its end. */
  busyUtilization: 0.6,
} as const
/** A loop that was watched for less has not shown how busy it is: opening connections comes first. */
const ENOUGH_MS = 1_000

/**
 * Whether a load is evidence of the service. A limit of the client is broken where the interval of its p99 lies above it, so that one
 * late request of twenty breaks none; where only the p99 itself does, that is a warning. Pure.
 */
export function judgeClients(clients: readonly ClientFigures[]): LoadValidity {
  const each = clients.map(judgeClient)
  return {
    reasons: firstOfEachKind(each.flatMap(({ reasons }) => reasons)),
    warnings: [...new Set(each.flatMap(({ warnings }) => warnings))],
    clients,
  }
}

function judgeClient(figures: ClientFigures): Pick<LoadValidity, 'reasons' | 'warnings'> {
  const { broken, doubtful } = heldAgainstLimits(figures)
  return {
    reasons: [
      ...pausesOf(figures),
      ...jumpsOf(figures),
      ...(broken.length > 0 ? [whyLate(figures, broken.join(', '))] : []),
    ],
    warnings: [...doubtful, ...busyness(figures), ...machineWarnings(figures)],
  }
}

type Held = { readonly broken: readonly string[]; readonly doubtful: readonly string[] }

function heldAgainstLimits(figures: ClientFigures): Held {
  const { sendLagMs, loopDelayMs, loopUtilization, watchedMs } = figures
  const tails = [
    ['send lag', sendLagMs, CLIENT_LIMITS.sendLagMsP99],
    ['event-loop delay', loopDelayMs, CLIENT_LIMITS.loopDelayMsP99],
  ] as const
  const above = tails.flatMap(([name, tail, limitMs]) =>
    tail && tail.p99 > limitMs
      ? [{ isShown: tail.low > limitMs, says: describeTail(name, tail, limitMs) }]
      : [],
  )
  const busy = loopUtilization > CLIENT_LIMITS.loopUtilization
  const loop = `event-loop utilisation ${two(loopUtilization)} (limit ${CLIENT_LIMITS.loopUtilization})`
  return {
    broken: [
      ...above.flatMap(({ isShown, says }) => (isShown ? [says] : [])),
      ...(busy && watchedMs >= ENOUGH_MS ? [loop] : []),
      ...queueing(figures),
    ],
    doubtful: above.flatMap(({ isShown, says }) =>
      isShown ? [] : [`${says}: too few late ones to invalidate the load.`],
    ),
  }
}

/**
 * Others may hold a core and let the client in often enough that no turn is late by milliseconds; each stamp is late by less all the
 * same, and a service on these cores is slow. Of the time in which it wanted a core the client must have had one for most.
 */
function queueing({ thread, processors, watchedMs }: ClientFigures): readonly string[] {
  if (!thread || !processors || processors.others < 0.5 * processors.cores) return []
  const share = thread.waitedMs / Math.max(1, thread.ranMs + thread.waitedMs)
  if (share <= CLIENT_LIMITS.waitingShare || thread.waitedMs < 0.1 * watchedMs) return []
  return [
    `wait for a core ${two(share)} of the time that it wanted one (limit ${CLIENT_LIMITS.waitingShare})`,
  ]
}

const describeTail = (name: string, { p99, n }: BoundedTail, limitMs: number): string =>
  `${name} p99 ${ms(p99)} (limit ${limitMs} ms, n = ${n})`

/** What made the client late: a quota, others on its cores, or too much work for it. */
function whyLate(figures: ClientFigures, what: string): InvalidReason {
  const { processors, watchedMs } = figures
  const { throttledMs = 0 } = processors ?? {}
  const wasHeld = heldShare(figures)
  if (throttledMs > 0.02 * watchedMs && wasHeld > 0.5)
    return {
      kind: 'throttled',
      says: `A CPU quota held the client back for ${ms(throttledMs)} of ${seconds(watchedMs)}: ${what}.`,
      next: 'Raise the CPU limit of the container or control group that the client runs in.',
    }
  if (wasHeld > 0.5)
    return {
      kind: 'starved',
      says: `Others held the client’s cores${users(figures)}: ${what}${waiting(figures)}.`,
      next: 'Run it on a quiet machine, or give the client a core of its own (taskset, cpuset).',
    }
  return {
    kind: 'saturated',
    says: `The generator was saturated: ${what}.`,
    next: 'Ask for fewer streams or a lower rate, share the load among processes with --workers, or use a quiet machine or a core of its own.',
  }
}

/** The share of the client's late time in which it wanted a core and had none; of all its time, where no turn was late. */
function heldShare({ late, thread, processors }: ClientFigures): number {
  const lateMs = late.ranMs + late.waitedMs + late.stoodMs
  if (thread && lateMs > 0) return (late.waitedMs + late.stoodMs) / lateMs
  if (thread) return thread.waitedMs / Math.max(1, thread.ranMs + thread.waitedMs)
  // Without the kernel's account: others had more of the cores than we, and left none.
  const { own = 0, target = 0, others = 0, stolen = 0, cores = 1 } = processors ?? {}
  const rest = target + others + stolen
  return own + rest > 0.9 * cores ? rest / (own + rest) : 0
}

const waiting = ({ thread }: ClientFigures): string =>
  thread ? `; it waited for one for ${ms(thread.waitedMs)} and had one for ${ms(thread.ranMs)}` : ''

/** Who else used them, the most first. */
function users({ processors }: ClientFigures): string {
  if (!processors) return ''
  const { cores, target, others, stolen } = processors
  const all = [
    ['other processes', others],
    ['the service that this run started', target],
    ['the hypervisor', stolen],
  ] as const
  const named = all.filter(([, share]) => share >= 0.05).toSorted(([, a], [, b]) => b - a)
  if (named.length === 0) return ''
  return ` (of ${coresOf(cores)}, ${named.map(([who, share]) => `${who} used ${two(share)}`).join(', ')})`
}

function pausesOf({ pauses }: ClientFigures): readonly InvalidReason[] {
  const [first] = pauses.toSorted((a, b) => b.ms - a.ms)
  if (!first) return []
  const all = pauses.length === 1 ? '' : ` (the longest of ${pauses.length} pauses)`
  const how = first.bySignal ? 'stopped by a signal' : 'it neither ran nor waited for a core'
  return [
    {
      kind: 'paused',
      says: `The client was paused for ${ms(first.ms)}${all}, ${seconds(first.atMs)} after the start of the run: ${how}.`,
      next: first.bySignal
        ? 'Leave the process running (SIGSTOP, Ctrl-Z, a debugger), and repeat the run.'
        : 'Look for what froze it (a suspended or migrated machine, a frozen container, a stuck disk), and repeat the run.',
    },
  ]
}

function jumpsOf({ clockJumps }: ClientFigures): readonly InvalidReason[] {
  const [first] = clockJumps.toSorted((a, b) => Math.abs(b.byMs) - Math.abs(a.byMs))
  if (!first) return []
  const [way, by] = [first.byMs > 0 ? 'forward' : 'back', Math.abs(first.byMs)]
  return [
    {
      kind: 'clock-jump',
      says: `The wall clock jumped ${way} by ${ms(by)}, ${seconds(first.atMs)} after the start of the run.`,
      next: 'Let the machine’s clock settle (NTP, a machine that was suspended or migrated), and repeat the run.',
    },
  ]
}

function busyness({ loopUtilization, watchedMs }: ClientFigures): readonly string[] {
  const { busyUtilization, loopUtilization: most } = CLIENT_LIMITS
  if (loopUtilization <= busyUtilization || (loopUtilization > most && watchedMs >= ENOUGH_MS)) return []
  return [
    `The generator is near its end: event-loop utilisation ${two(loopUtilization)} (warning above ${busyUtilization}, invalid above ${most}): share the load with --workers.`,
  ]
}

function machineWarnings({ processors }: ClientFigures): readonly string[] {
  if (!processors) return []
  const { cores, own, target, others, stolen } = processors
  return [
    ...(stolen >= 0.05 * cores
      ? [
          `The hypervisor gave ${two(stolen)} of ${coresOf(cores)} to others: times may be longer than the service’s.`,
        ]
      : []),
    ...(others >= 0.25 * cores && own + target + others >= 0.9 * cores
      ? [
          `Other processes used ${two(others)} of ${coresOf(cores)} and left none idle: a service on this machine was slowed down.`,
        ]
      : []),
  ]
}

function firstOfEachKind(reasons: readonly InvalidReason[]): readonly InvalidReason[] {
  return [...Map.groupBy(reasons, ({ kind }) => kind).values()].flatMap((same) => same.slice(0, 1))
}

const coresOf = (cores: number): string => (cores === 1 ? '1 core' : `${cores} cores`)
const two = (value: number): string => value.toFixed(2)
const ms = (value: number): string => (value < 1_000 ? `${Number(value.toPrecision(3))} ms` : seconds(value))
const seconds = (value: number): string => `${Number((value / 1_000).toPrecision(3))} s`

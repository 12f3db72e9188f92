/** Milliseconds. */
export type Quantiles = { readonly p50: number; readonly p99: number }

/** One answer as the stub gave it; nanoseconds of CLOCK_MONOTONIC, one clock for all processes of a machine. */
export type TrueAnswer = {
  readonly id: string
  readonly receivedNs: number
  /** Of every event with content, right before its write. */
  readonly emittedNs: readonly number[]
}

/** One answer as a client that keeps its stamps saw it; nanoseconds of CLOCK_MONOTONIC. */
export type SeenAnswer = {
  /** The answer's own id; absent where the client does not keep it: its answers are then paired in the order of sending. */
  readonly id?: string
  readonly sentNs: number
  /** Of every event with content, or of the first and the last (`Reported.stamps`). */
  readonly atNs: readonly number[]
}

/** What one run of a client says. */
export type Reported = {
  readonly completed: number
  readonly failed: number
  readonly ttftMs?: Quantiles
  /** `of`: over all gaps between events, or over each answer's mean of them. */
  readonly gapMs?: Quantiles & { readonly of: 'events' | 'answers' }
  readonly e2eMs?: Quantiles
  readonly seen?: readonly SeenAnswer[]
  readonly stamps?: 'every event' | 'first and last'
  /** The origin of its clock is not known: it is set so that the quickest way there takes as long as the quickest way back. */
  readonly clock?: 'of its own'
  /** Of a rate: asked for, and how late requests were sent. */
  readonly sendLagMs?: Quantiles
  /** The share of its time in which the client's event loop worked. */
  readonly loopUtilisation?: number
  /** The client says itself that its numbers are not to be believed. */
  readonly isInvalid?: true
}

/** What is asked of a client in one round. */
export type Asked = {
  readonly url: string
  readonly streams: number
  readonly requests: number
  readonly outputTokens: number
  /** Requests a second of an open loop; a closed loop without. */
  readonly rate?: number
  /** Empty, its own: the client's output. */
  readonly folder: string
}

export type Command = {
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A load client that is measured. */
export type Client = {
  readonly name: string
  /** Whether its requests ask for a stream, or for the whole answer. */
  readonly asksFor: 'streams' | 'whole answers'
  /** Seconds pass before it sends its first request: it is measured where few streams are. */
  readonly startsSlowly?: true
  /** Measured in fewer rounds. */
  readonly isMeasuredSeldom?: true
  /** Whether it is measured in an open loop too. */
  readonly sendsAtRates?: true
  /** Its memory is that of one process, which the system measures; else the tree is looked at while it runs. */
  readonly hasOneProcess?: true
  /** Exit statuses of a run that was done; 0 unless named. */
  readonly exitCodes?: readonly number[]
  /** Undefined where it is not installed. */
  version(): string | undefined
  command(asked: Asked): Command
  /** Reads what the client wrote into its folder and on its stdout. */
  read(asked: Asked, stdout: string): Reported
}

/** One round of one cell: one line of the results. */
export type Round = {
  readonly client: string
  readonly streams: number
  readonly rate?: number
  readonly requests: number
  /** 0: the warm-up, which does not count. */
  readonly round: number
  /** Why it does not count. */
  readonly void?: 'the stub was late' | 'other processes used the cores'
  /** The client did not do what was asked of it: that counts. */
  readonly failure?: string
  readonly wallMs: number
  /** User and system time of the process and all that it waited for. */
  readonly cpuMs: number
  readonly rssMb: number
  /** Process started → the stub had read its first request. */
  readonly startMs?: number
  readonly answers: number
  readonly events: number
  /** Events that the stub wrote and the client does not know; answers where it does not count events. */
  readonly lost: number
  readonly skewMs?: Quantiles & {
    readonly stamps: 'every event' | 'first and last'
    readonly isPairedById: boolean
  }
  /** Reported minus true. */
  readonly ttftBiasMs?: Quantiles
  readonly gapBiasMs?: Quantiles & { readonly of: 'events' | 'answers' }
  readonly e2eBiasMs?: Quantiles
  /** As the stub read them. */
  readonly requestsPerSecond?: number
  readonly sendLagMs?: Quantiles
  readonly loopUtilisation?: number
  /** By the client's own word. */
  readonly isInvalid?: true
  /** How late the stub was. */
  readonly stubLateMs: Quantiles
  readonly stubCpuMs: number
  /** Cores that other processes used, on average. */
  readonly foreignCores: number
}

/** What a run was made on, and with: the first line of the results. */
export type Setting = {
  readonly date: string
  readonly seed: number
  readonly cores: number
  readonly processor: string
  readonly kernel: string
  readonly node: string
  readonly versions: Readonly<Record<string, string>>
  /** Clients that are not installed. */
  readonly absent: readonly string[]
  /** Measured while the client of a load was not rehearsed yet (docs/decisions/0024). */
  readonly isUnrehearsed?: true
}

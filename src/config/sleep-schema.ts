import { z } from 'zod'
import { closedObject } from './closed-object.ts'

const seconds = z.number().positive().max(86_400)

/** A service that its platform stops while nobody asks. */
export const scaleToZero = closedObject({
  /** Idle for so long, the service scales down: cold is what comes after it. */
  windowSeconds: seconds,
  /** Waited beyond the window before a cold start; without it a tenth of the window, and a second at least. */
  marginSeconds: seconds.optional(),
  /** How long a wake-up may take until its first answer is complete. */
  wakeSeconds: seconds.optional(),
  /** Whether the edge holds a request while nobody is there, or refuses it (429, 502, 503, 504) until somebody is. */
  edge: z.enum(['holds', 'refuses'], 'the edge `holds` a request, or `refuses` it').optional(),
  /** A finding where each wake-up samples the same answers. vLLM does so unless it is given another seed at each start. */
  freshRandomState: z.boolean().optional(),
})

/** What a second of a GPU costs that a run keeps awake. */
export const price = closedObject({
  gpuSecond: z.number().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'a currency has three capital letters: "USD"'),
  /** Of one replica. */
  gpus: z.int().min(1).max(1_024).optional(),
  /** That a run keeps awake at once. */
  replicas: z.int().min(1).max(1_024).optional(),
})

type Sleeping = {
  readonly requestsPerMinute?: number | undefined
  readonly scaleToZero?: z.infer<typeof scaleToZero> | undefined
}

/** A limited rate puts pauses between requests: in one as long as the window the service falls asleep. */
export function staysWarm(target: object): boolean {
  const { requestsPerMinute, scaleToZero: sleeps } = target as Sleeping
  return !sleeps || requestsPerMinute === undefined || 60 / requestsPerMinute < sleeps.windowSeconds
}

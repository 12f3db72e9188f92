import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openHistory } from '../../history/index.ts'
import { createRandom } from '../../random.ts'
import type { Fingerprint, Run, RunEvent, RunStart, Sample } from '../../records/index.ts'
import { fold, openJournal } from '../../run/index.ts'
import { decide, verdictOf } from '../../verdict/index.ts'
import { runFigures } from '../run-figures.ts'

const FINGERPRINT: Fingerprint = {
  ...{ targetName: 'staging', kind: 'process', dialect: 'openai', model: 'llama-8b', flags: ['serve'] },
  ...{ targetHash: 'sha256:aa', policyHash: 'sha256:bb', promptSetHash: 'sha256:cc' },
  ...{ warmRequest: '"Tell me a story." for 16 tokens', warmup: 0 },
  ...{ host: 'a', kernel: '6.1', cpuModel: 'EPYC', cores: 16, gpuModel: 'H100' },
}

export type Described = {
  readonly runId: string
  /** Of the time to the first token and of a further one. */
  readonly ttft?: number
  readonly tpot?: number
  readonly starts?: number
  readonly fingerprint?: Partial<Fingerprint> | 'none'
  readonly policy?: Partial<RunStart['policy']>
  readonly seed?: number
}

const REQUESTS = 12

/** A benchmark of a service whose answers take 100 ms + 15 × 10 ms, give or take 1 %, in the folder of a run. */
export function saveRun(reports: string, described: Described): Run {
  const folder = join(reports, described.runId)
  mkdirSync(folder, { recursive: true })
  using journal = openJournal(folder)
  const events = eventsOf(described)
  const ended = { kind: 'ended', atMs: 99_999 } as const
  const all: readonly RunEvent[] = [...events, { ...ended, decision: decide(fold([...events, ended])) }]
  for (const event of all) journal.append(event)
  return fold(all)
}

/** The same in the history alone. */
export async function keepRun(file: string, run: Run): Promise<void> {
  await using history = await openHistory(file)
  await history.record(run, verdictOf(run), runFigures(run))
}

function eventsOf({ runId, starts = 5, fingerprint = {}, policy, ...speed }: Described): readonly RunEvent[] {
  const target = { kind: 'process', dialect: 'openai', model: 'llama-8b' } as const
  const start: RunStart = {
    ...{
      runId,
      command: 'bench',
      startedAt: '2026-01-01T00:00:00.000Z',
      seed: 1,
      toolVersion: '0.1.0',
      target,
    },
    policy: {
      ...{ warmToColdRatio: 0.3, warmE2eMsP50: 500, minWarmSamples: 10, minColdStarts: 1, ...policy },
    },
    promises: [],
    environment: { node: 'v24', platform: 'linux-x64', cpus: 2, memoryBytes: 1, ci: false },
    ...(fingerprint !== 'none' && { fingerprint: { ...FINGERPRINT, ...fingerprint } }),
  }
  const random = createRandom(speed.seed ?? 1)
  const boots = Array.from({ length: starts }, (_, index) => index)
  return [
    { kind: 'started', ...start },
    ...boots.map((index) => ({
      ...{ kind: 'observed' as const, atMs: 1_000 * index, target },
      boot: { index, origin: 'started' as const, outcome: 'generating' as const, attempts: [] },
    })),
    ...boots.flatMap((boot) => samplesOf(boot, speed, () => 1 + 0.02 * (random.next() - 0.5))),
  ]
}

function samplesOf(
  boot: number,
  { ttft = 1, tpot = 1 }: Pick<Described, 'ttft' | 'tpot'>,
  near: () => number,
): readonly RunEvent[] {
  const own = near()
  const cold: Sample = {
    ...{
      scenario: 'cold-start',
      warmth: 'cold',
      boot,
      index: 0,
      outcome: 'completed',
      sentAtMs: 1_000 * boot,
    },
    ...{ e2eMs: 3_000 * own, coldStartMs: 3_000 * own },
  }
  const warm = Array.from({ length: REQUESTS }, (_, index): Sample => {
    const [ttftMs, tpotMs] = [100 * ttft * own * near(), 10 * tpot * own]
    return {
      ...{ scenario: 'warm', warmth: 'warm', boot, index, outcome: 'completed', outputTokens: 16 },
      ...{ sentAtMs: 1_000 * boot + 10 * index, ttftMs, tpotMs, e2eMs: ttftMs + 15 * tpotMs },
    }
  })
  return [cold, ...warm].map((sample) => ({ kind: 'sampled', sample }))
}

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadBuiltInSuites } from '../src/checks/load-suites.ts'
import type { Session } from '../src/checks/session.ts'
import { systemClock } from '../src/clock.ts'
import { writeWhole } from '../src/disk.ts'
import type { DeclaredPromise } from '../src/promises/index.ts'
import { CHANCES } from './false-fails/chances.ts'
import { documentOf } from './false-fails/document.ts'
import { type Drawn, keepMeasured } from './false-fails/measured.ts'
import { openService, openSimulator } from './false-fails/open.ts'
import { drawPairs, PAIR_KINDS } from './false-fails/pairs.ts'
import { repeat } from './false-fails/repeat.ts'

/**
 * Runs the checks that chance has a part in again and again on a healthy service and writes docs/false-fails.md:
 * `npm run false-fails [-- --url URL] [--draws N] [--only WORD] [--seed N]`. Without a URL: on the simulator.
 * `--only`: what has the word in its id, or `pairs`; the rest of the page stays. Exits 1 where a check failed for what an answer holds.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    draws: { type: 'string' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
})
const { url, only } = values
const [seed, draws] = [Number(values.seed), Number(values.draws ?? (url === undefined ? 30_000 : 500))]
const DOCUMENT = join(import.meta.dirname, '../docs/false-fails.md')

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const declared = (await loadBuiltInSuites()).filter(
  ({ entry }) => entry.id in CHANCES && entry.id.includes(only),
)

/** What is computed needs no draws; some show that the check is silent. */
const drawsOf = (id: string): number => (CHANCES[id]?.by === 'draws' ? draws : Math.ceil(draws / 100))

let broken = 0

/** What was drawn is kept as it comes, so that what ends early has not been for nothing. */
function keep(on: string, part: Partial<Drawn>): void {
  const drawn = { on, seed, promises: {}, pairs: {}, ...part }
  writeWhole(DOCUMENT, documentOf(keepMeasured(url === undefined ? 'simulator' : 'real', drawn)))
}

/** The promises that do not concern this service. */
async function drawOn(on: string, session: Session, promises = declared): Promise<DeclaredPromise[]> {
  const others: DeclaredPromise[] = []
  for (const promise of promises) {
    const { id } = promise.entry
    const startedMs = systemClock.monotonicMs()
    const repeated = await repeat(promise, session, { draws: drawsOf(id), seed })
    if (repeated === 'not-applicable') {
      others.push(promise)
      continue
    }
    keep(on, { promises: { [id]: repeated } })
    const { failed, runs, draws, late, inconclusive, reasons } = repeated
    if (failed > 0) broken += 1
    const seconds = Math.round((systemClock.monotonicMs() - startedMs) / 1_000)
    say(
      `${id}: ${failed} of ${runs} runs failed, ${draws} draws, ${late} late, ${inconclusive} inconclusive, ${seconds} s`,
    )
    for (const reason of reasons) say(`  ${reason}`)
  }
  return others
}

async function pairsOn(on: string, { client }: Session): Promise<void> {
  for (const kind of only === '' || only === 'pairs' ? PAIR_KINDS : []) {
    const drawn = await drawPairs(client, kind, { count: url === undefined ? draws / 10 : draws, seed })
    keep(on, { pairs: { [kind]: drawn } })
    say(`pairs, ${kind}: ${drawn.differing} of ${drawn.pairs} have two texts`)
  }
}

async function measureAt(url: string): Promise<void> {
  await using session = await openService(url)
  const { engine, version = '' } = session.options.profile
  const on = `${engine} ${version}`.trim()
  await drawOn(on, session)
  await pairsOn(on, session)
}

async function measureSimulators(): Promise<void> {
  const on = 'The simulator, profile instant'
  await using plain = await openSimulator('openai', seed)
  const others = await drawOn(on, plain.session)
  await pairsOn(on, plain.session)
  // What only ananke promises is drawn there.
  await using ananke = await openSimulator('ananke', seed)
  await drawOn(on, ananke.session, others)
}

say(`seed ${seed}, ${draws} draws`)
await (url === undefined ? measureSimulators() : measureAt(url))
say(`${broken} checks failed a healthy service: docs/false-fails.md`)
process.exitCode = broken > 0 ? 1 : 0

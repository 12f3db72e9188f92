import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartedStub } from '../../src/stub/index.ts'
import type { Cell } from './cells.ts'
import { compare } from './compare.ts'
import { busyTime } from './processor.ts'
import type { Asked, Client, Reported, Round } from './records.ts'
import { type Ran, runCommand } from './run-command.ts'
import { readStub, stubTime } from './stub.ts'

/** All processes of a client share one core; the stub has the last one. */
const CLIENT_CORE = 0

/**
 * The stub's own lateness (p99) above which a round is void: a burst of all streams, as at their start, takes even a quiet stub some
 * 0.03 ms each.
 */
const mostLateMs = (streams: number): number => Math.max(5, streams / 20)
/** What others may use of a core. */
const MOST_FOREIGN_CORES = 0.15
const TIMEOUT_MS = 180_000
/** Four looks a second at several processes. */
const LOOK_EVERY_MS = 250

/** Measures one round of a cell. */
export async function measure({ client, load }: Cell, round: number, stub: StartedStub): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-client-'))
  try {
    const { streams, requests, outputTokens, rate } = load
    const asked = { ...{ url: stub.url, streams, requests, outputTokens, folder }, ...(rate && { rate }) }
    await stub.reset()
    const before = { busy: busyTime(), stub: stubTime(stub), own: ownTime() }
    const ran = await runCommand(client.command(asked), {
      ...{ core: CLIENT_CORE, folder, timeoutMs: TIMEOUT_MS },
      ...(!client.hasOneProcess && { lookEveryMs: LOOK_EVERY_MS }),
    })
    const [stubCpuMs, ownMs] = [stubTime(stub) - before.stub, ownTime() - before.own]
    const foreignCores = (busyTime() - before.busy - stubCpuMs - ownMs - ran.cpuMs) / ran.wallMs
    const { truth, late } = await readStub(stub)
    const reported = readReported(client, asked, ran)
    const [first] = truth
    const { wallMs, cpuMs, rssMb } = ran
    return {
      ...{ client: client.name, streams, ...(rate && { rate }), requests, round },
      ...voidIf(streams, late.p99, foreignCores),
      ...{ wallMs, cpuMs, rssMb, stubLateMs: late, stubCpuMs, foreignCores },
      ...(first && { startMs: (first.receivedNs - ran.startedNs) / 1e6 }),
      ...(typeof reported === 'string'
        ? { failure: reported, answers: truth.length, events: 0, lost: 0 }
        : {
            ...compare(reported, truth, client.asksFor === 'whole answers'),
            ...(reported.loopUtilisation !== undefined && { loopUtilisation: reported.loopUtilisation }),
            ...(reported.isInvalid && { isInvalid: true as const }),
            ...(reported.sendLagMs && { sendLagMs: reported.sendLagMs }),
          }),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function ownTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function voidIf(streams: number, lateMs: number, foreignCores: number): Pick<Round, 'void'> {
  if (lateMs > mostLateMs(streams)) return { void: 'the stub was late' }
  if (foreignCores > MOST_FOREIGN_CORES) return { void: 'other processes used the cores' }
  return {}
}

/** What it said is for who watches: it may name the folders of this machine. */
function readReported(client: Client, asked: Asked, { code, stdout, said }: Ran): Reported | string {
  if (code !== null && (client.exitCodes ?? [0]).includes(code)) return client.read(asked, stdout)
  process.stderr.write(`${said}\n`)
  return code === null ? 'it was killed' : `it ended with exit status ${code}`
}

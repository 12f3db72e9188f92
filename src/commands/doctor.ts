import { existsSync } from 'node:fs'
import { howToChoose, type ResolvedConfig } from '../config/index.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { proveHistoryWritable, readHistory } from '../history/index.ts'
import type { TargetSpec } from '../records/index.ts'
import { countOf, oneLine, proveReportsWritable } from '../reporters/index.ts'
import { inspectContainerTarget, redactorOf } from '../targets/index.ts'
import { lookAtClock, lookAtCores, lookAtMemory } from './doctor-machine.ts'
import { lookAtTarget } from './doctor-target.ts'
import { type Finding, failed, ok, warning } from './finding.ts'
import type { Io, RunFlags } from './io.ts'
import { readSettings } from './settings.ts'

/**
 * Looks at all that a run needs, without asking for a generation; exit 30 when a run could not work. With `--json` its findings
 * are one object on stdout: `{ok, findings: [{name, state, says}]}`.
 */
export async function runDoctor(flags: RunFlags, io: Io): Promise<ExitCode> {
  const findings: Named[] = []
  const look = async (name: string, work: () => Finding | Promise<Finding>): Promise<void> => {
    const found = { name, ...(await caught(work)) }
    findings.push(found)
    if (!flags.json) io.stdout(lineOf(found))
  }
  // Whether it is new enough: the launcher starts nothing on one that is not.
  await look('node', () => ok(`Node ${process.versions.node}`))
  let config: ResolvedConfig | undefined
  await look('config', async () => {
    config = await readSettings(flags, io)
    return ok(config.file ?? 'no file; defaults, environment and flags')
  })
  if (config) {
    const { target, targetName = '', history, reportsDir } = config.values
    const noTarget = warning(`no target is chosen: ${howToChoose(config)}`)
    await look('target', () =>
      target ? redacted(target, () => lookAtTarget(targetName, target, io.signal)) : noTarget,
    )
    if (target?.kind === 'container')
      for await (const finding of inspectContainerTarget(target)) await look(finding.name, () => finding)
    await look('store', () => lookAtStore(history))
    await look('reports', () => {
      proveReportsWritable(reportsDir)
      return ok(`${reportsDir} can be written`)
    })
  }
  await look('clock', () => lookAtClock())
  await look('cores', () => lookAtCores())
  await look('memory', () => lookAtMemory())
  io.signal.throwIfAborted()
  const isFine = findings.every(({ state }) => state !== 'failed')
  if (flags.json) io.stdout(`${JSON.stringify({ ok: isFine, findings }, null, 2)}\n`)
  return isFine ? EXIT.pass : EXIT.couldNotRun
}

type Named = Finding & { readonly name: string }

const lineOf = ({ name, state, says }: Named): string =>
  `${LABELS[state]} ${name.padEnd(7)} ${oneLine(says, 2_000)}\n`

/** Counting further says nothing more. */
const MOST_COUNTED = 1_000

async function lookAtStore(file: string): Promise<Finding> {
  proveHistoryWritable(file)
  if (!existsSync(file)) return ok(`${file} can be written; it will be made by the first run`)
  await using history = await readHistory(file)
  const kept = await history.runs({ limit: MOST_COUNTED })
  const more = kept.length === MOST_COUNTED ? ' or more' : ''
  return ok(`${file} can be written; it holds ${countOf(kept.length, 'run')}${more}`)
}

/** A message may name a folder or a host that a secret is part of. */
async function redacted(spec: TargetSpec, work: () => Promise<Finding>): Promise<Finding> {
  const { state, says } = await caught(work)
  return { state, says: redactorOf(spec, process.env).redact(says) }
}

/** What could not be looked at has failed; its message ends with the fix. Anything else is a bug of ours. */
async function caught(work: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    return failed(error.message)
  }
}

const LABELS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const

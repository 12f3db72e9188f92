import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Io } from '../io.ts'

export type RecordedIo = Io & {
  /** All that was written so far. */
  out(): string
  err(): string
}

/** An Io in an empty folder, gone after the test, that keeps what a command writes. */
export function recordedIo(change: Partial<Io> = {}): RecordedIo {
  const [out, err]: [string[], string[]] = [[], []]
  const cwd = mkdtempSync(join(tmpdir(), 'infergate-command-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    isTTY: false,
    color: false,
    columns: 80,
    env: {},
    cwd,
    signal: new AbortController().signal,
    ...change,
    out: () => out.join(''),
    err: () => err.join(''),
  }
}

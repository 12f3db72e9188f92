import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder, root } from '../testing/run-cli.ts'

/** Commands as a person sees them: in the panes of a real terminal, read back row by row. */

const TMUX = spawnSync('tmux', ['-V']).status === 0
const LAUNCHER = join(root, 'bin', 'infergate.mjs')

/** A tmux server of its own, with one pane of this size in which a shell runs one command. */
class Pane implements Disposable {
  readonly cwd = emptyFolder()
  readonly #socket = join(this.cwd, 'tmux')

  constructor(columns: number, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const variables = { TERM: '', INFERGATE_COLD_STARTS: '1', ...env }
    const set = Object.entries(variables).flatMap(([name, value]) =>
      value === '' ? [] : [`${name}='${value}'`],
    )
    const command = `env -u CI -u NO_COLOR -u FORCE_COLOR ${set.join(' ')} '${process.execPath}' '${LAUNCHER}' ${args.join(' ')}; echo "ended $?" >ended; cat`
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      '60',
      '-c',
      this.cwd,
      command,
    )
    // What a program wrote, byte by byte, beside what the terminal made of it.
    this.#tmux('pipe-pane', `cat >'${join(this.cwd, 'bytes')}'`)
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-S', this.#socket, ...args], { encoding: 'utf8', cwd: this.cwd })
  }

  rows(): readonly string[] {
    return this.#tmux('capture-pane', '-p').trimEnd().split('\n')
  }

  /** Rows that the terminal broke are one line again. */
  lines(): readonly string[] {
    const text = this.#tmux('capture-pane', '-p', '-J', '-S', '-').trimEnd()
    return text.split('\n').map((line) => line.trimEnd().replaceAll(/ +/g, ' '))
  }

  bytes(): string {
    return readFileSync(join(this.cwd, 'bytes'), 'utf8')
  }

  press(key: string): void {
    this.#tmux('send-keys', key)
  }

  resize(columns: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', '60')
  }

  async shows(says: RegExp): Promise<readonly string[]> {
    for (let tries = 0; tries < 400; tries++) {
      const rows = this.rows()
      if (says.test(rows.join('\n'))) return rows
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`The terminal never showed ${says}, but:\n${this.rows().join('\n')}`)
  }

  async ended(): Promise<string> {
    const file = join(this.cwd, 'ended')
    for (let tries = 0; tries < 800 && !existsSync(file); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50))
    // The shell says it after the program has gone: what it wrote is on the screen a moment later.
    await new Promise((resolve) => setTimeout(resolve, 300))
    return readFileSync(file, 'utf8').trim()
  }

  [Symbol.dispose](): void {
    this.#tmux('kill-server')
  }
}

const terminal = test.skipIf(!TMUX)
if (!TMUX) process.stderr.write('Left out: tmux is not installed, so no terminal is read.\n')

const CHECKS = ['check', '--target', 'simulator', '--suite', 'generation', '--suite', 'health']
const SUITE_LINE = /^✔ generation +\d+ of \d+ /
const LIVE = /now: |about .* left|timed requests? failed/

terminal(
  'a gate is one region while it goes on, and a summary with the verdict last when it has ended',
  async () => {
    using pane = new Pane(80, [
      'gate',
      '--suite',
      'generation',
      '--target',
      'simulator',
      '--model',
      '日本語モデル-👍',
    ])
    const during = await pane.shows(/checks [1-9]\d*\/\d+[\s\S]*now: /)
    expect(during.filter((row) => row.includes('checks '))).toHaveLength(1)
    expect(during.length).toBeLessThanOrEqual(4)
    await pane.ended()
    const lines = pane.lines()
    expect(
      lines.some((line) => SUITE_LINE.test(line)),
      lines.join('\n'),
    ).toBe(true)
    expect(lines.at(-1)).toMatch(/^(PASS|INCONCLUSIVE|FAIL): .*Report: reports\/.*report\.md$/)
    expect(lines.join('\n')).not.toMatch(LIVE)
    expect(pane.bytes()).toContain('\x1b[?7l')
    // Wrapping is on again, and the cursor was never hidden.
    expect(pane.bytes().lastIndexOf('\x1b[?7h')).toBeGreaterThan(pane.bytes().lastIndexOf('\x1b[?7l'))
    expect(pane.bytes()).not.toContain('\x1b[?25l')
  },
)

for (const columns of [60, 200])
  terminal(
    `at ${columns} columns each row fits, also of a failure, and the region leaves nothing`,
    async () => {
      using pane = new Pane(columns, [...CHECKS, '--fault', 'stop-ignored'])
      await pane.shows(/checks \d/)
      expect(await pane.ended()).toBe('ended 10')
      for (const row of pane.rows()) expect([...row].length).toBeLessThanOrEqual(columns)
      const lines = pane.lines()
      expect(lines.filter((line) => line.startsWith('FAILED ')).length, lines.join('\n')).toBeGreaterThan(0)
      expect(lines.join('\n')).toContain('infergate bug-report')
      expect(lines.join('\n')).not.toMatch(LIVE)
      expect(lines.at(-1)).toMatch(/^FAIL: /)
    },
  )

terminal(
  'Ctrl-C, after the window was made narrower, leaves a clean screen with what was found',
  async () => {
    using pane = new Pane(120, ['gate', '--target', 'simulator', '--profile', 'a100'])
    await pane.shows(/warm answers \d/)
    pane.resize(60)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(pane.rows().filter((row) => /warm answers \d/.test(row))).toHaveLength(1)
    pane.press('C-c')
    expect(await pane.ended()).toBe('ended 130')
    const lines = pane.lines()
    expect(lines.join('\n')).not.toMatch(LIVE)
    expect(lines.join('\n')).toContain('cold start')
    expect(lines.at(-1)).toMatch(/^INTERRUPTED: no verdict/)
  },
)

terminal('TERM=dumb gets lines without any escape sequence, and NO_COLOR no colour', async () => {
  using dumb = new Pane(80, CHECKS, { TERM: 'dumb' })
  using grey = new Pane(80, CHECKS, { NO_COLOR: '1' })
  await Promise.all([dumb.ended(), grey.ended()])
  expect(dumb.bytes()).not.toContain('\x1b')
  expect(dumb.bytes()).toMatch(/\[0:\d\d\] checks \d+\/\d+.* in /)
  expect(dumb.lines().at(-1)).toMatch(/^PASS: /)
  expect(
    grey
      .bytes()
      .split('\x1b')
      .filter((part) => /^\[[\d;]*m/.test(part)),
  ).toEqual([])
  expect(grey.bytes()).toContain('\x1b[J')
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { didYouMean } from '../config/index.ts'
import { writeWhole } from '../disk.ts'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import { decodeSource, IGNORE_RULE, lintText, pythonFiles, RULES, type Rule } from '../lint/index.ts'
import type { LintReport, LintUnreadable } from '../records/index.ts'
import {
  countOf,
  lintAsJson,
  lintAsSarif,
  lintAsText,
  rulesAsText,
  unreadableAsText,
} from '../reporters/index.ts'
import { toolVersion } from '../tool-version.ts'
import type { Io } from './io.ts'

export type LintFlags = {
  /** Only these rules, or all but those. */
  readonly rule?: readonly string[]
  readonly ignore?: readonly string[]
  readonly rules?: boolean
  readonly json?: boolean
  /** A file for SARIF; `-` is stdout. */
  readonly sarif?: string
  /** The name under which stdin is reported. */
  readonly stdinFilename?: string
}

const FROM_STDIN = '-'

/** Reads Python sources and says what would go wrong once they are deployed. Nothing of them is run. */
export function runLint(paths: readonly string[], flags: LintFlags, io: Io): ExitCode {
  const rules = chosen(flags)
  const texts = [...rules, IGNORE_RULE]
  if (flags.rules) {
    io.stdout(rulesAsText(texts))
    return EXIT.pass
  }
  if (paths.length === 0)
    throw new HarnessError(
      'usage',
      'Name the Python files to read, or folders that hold some: infergate lint app.py',
    )
  if (flags.json && flags.sarif === FROM_STDIN)
    throw new HarnessError(
      'usage',
      '--json and --sarif - both want stdout. Give SARIF a file: --sarif lint.sarif',
    )
  const files = pythonFiles(paths, io.cwd)
  const judged = files.map((path) => lintFile(path, rules, flags, io))
  const report: LintReport = {
    files: files.length,
    findings: judged.flatMap((one) => ('findings' in one ? one.findings : [])),
    unreadable: judged.filter((one) => 'reason' in one),
    ignored: judged.reduce((sum, one) => sum + ('ignored' in one ? one.ignored : 0), 0),
    rules: texts,
  }
  show(report, flags, io)
  if (report.unreadable.length > 0) return EXIT.usage
  return report.findings.length > 0 ? EXIT.fail : EXIT.pass
}

function lintFile(path: string, rules: readonly Rule[], { stdinFilename = 'stdin' }: LintFlags, { cwd }: Io) {
  const file = path === FROM_STDIN ? stdinFilename : path
  const unreadable = (reason: string): LintUnreadable => ({ file, reason })
  if (/\.ipynb$/i.test(path))
    return unreadable('is a notebook, not a Python file: export its code with jupyter nbconvert --to script')
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path === FROM_STDIN ? 0 : resolve(cwd, path))
  } catch (error) {
    return unreadable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  let text: string
  try {
    text = decodeSource(bytes)
  } catch (error) {
    return unreadable((error as Error).message)
  }
  return lintText(file, text, rules)
}

function chosen({ rule: only, ignore = [] }: LintFlags): readonly Rule[] {
  const known = RULES.map(({ id }) => id)
  for (const id of [...(only ?? []), ...ignore])
    if (!known.includes(id))
      throw new HarnessError(
        'usage',
        `There is no rule ${id}: ${didYouMean(id, known)} infergate lint --rules lists them.`,
      )
  const rules = RULES.filter(({ id }) => (only?.includes(id) ?? true) && !ignore.includes(id))
  if (rules.length === 0)
    throw new HarnessError('usage', 'No rule is left: --ignore takes away what --rule names.')
  return rules
}

function show(report: LintReport, { json, sarif }: LintFlags, io: Io): void {
  const isAlone = json || sarif === FROM_STDIN
  if (json) io.stdout(lintAsJson(report, toolVersion()))
  else if (sarif === FROM_STDIN) io.stdout(lintAsSarif(report, toolVersion()))
  else io.stdout(lintAsText(report))
  if (sarif !== undefined && sarif !== FROM_STDIN)
    writeWhole(resolve(io.cwd, sarif), lintAsSarif(report, toolVersion()))
  if (isAlone) for (const one of report.unreadable) io.stderr(`infergate: ${unreadableAsText(one)}`)
  io.stderr(`${summary(report)}\n`)
}

function summary({ files, findings, unreadable, ignored }: LintReport): string {
  const accepted = ignored > 0 ? `, ${ignored} accepted by a comment` : ''
  const unread = unreadable.length > 0 ? `, ${countOf(unreadable.length, 'file')} not judged` : ''
  return `infergate lint: ${countOf(findings.length, 'finding')} in ${countOf(files, 'file')}${accepted}${unread}.`
}

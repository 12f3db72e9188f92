/**
 * A program of its own, run by the preset `modal`; a person runs it by hand after a rollback that failed:
 *
 *   node modal-history newest --name APP [--env ENV]
 *   node modal-history back --name APP --from NEW --to OLD [--env ENV] [--strategy rolling|recreate]
 *
 * Modal numbers every deploy, a rollback too (v12, v13 bad, v14 = v12 again), and `modal app rollback` without a number goes one back
 * from whatever is newest: after a deploy that never came into being, or a second time, that is the wrong one.
 */
import { parseArgs } from 'node:util'
import { answerOf, finish, ProgramError, runThrough, say } from './cli-program.ts'
import { numberToGoBackTo, readHistory } from './modal-rows.ts'

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { name: text, env: text, from: text, to: text, strategy: text },
})
const { name = '', env, from = '', to = '', strategy } = values
const environment = env === undefined ? [] : ['--env', env]
const history = () => readHistory(answerOf('modal', ['app', 'history', name, ...environment, '--json']))

function newest(): number {
  const [first] = history()
  if (first === undefined) throw new ProgramError(`Modal's history of ${name} is empty.`)
  say(first.tag ?? `v${first.number}`)
  return 0
}

function back(): number {
  const target = numberToGoBackTo(history(), { from, to })
  if (target.kind === 'unknown') throw new ProgramError(target.because)
  if (target.kind === 'there') {
    say(target.because)
    return 0
  }
  const flags = [...environment, ...(strategy === undefined ? [] : ['--strategy', strategy])]
  return runThrough('modal', ['app', 'rollback', name, `v${target.number}`, ...flags])
}

finish({ newest, back }, positionals)

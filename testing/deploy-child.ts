import { runDeploy } from '../src/commands/deploy.ts'
import type { Step } from '../src/deploy/events.ts'
import { STEP_TEXT } from '../src/deploy/words.ts'

// A deploy whose process is killed outright in the step of its second argument, right after that step was begun. Its judges are at
// once through: PASS, or FAIL where the way back is what dies.
const [cwd = '', step = '', verdict = ''] = process.argv.slice(2)
const judgement = { verdict: verdict as 'PASS' | 'FAIL', runId: 'some-run', says: 'as this test wants it' }
const io = {
  stdout: () => {},
  stderr(text: string) {
    if (text === `${STEP_TEXT[step as Step]} …\n`) process.kill(process.pid, 'SIGKILL')
  },
  ...{ isTTY: false, color: false, columns: 80, env: process.env, cwd, signal: new AbortController().signal },
}
const parts = () => ({
  baseline: async () => judgement,
  gate: async () => judgement,
  watch: async () => ({ ...judgement, verdict: 'PASS' as const }),
  accept: async () => 'kept',
})
process.exit(await runDeploy({ release: 'v2' }, io, undefined, parts))

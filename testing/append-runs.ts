import { readFileSync, writeSync } from 'node:fs'
import { openHistory } from '../src/history/index.ts'

/**
 * Appends runs to a history until it is killed, or so many: `node append-runs.ts HISTORY RUN.json NAME [COUNT]`. Says `ready` once it is open,
 * `begun ID` before each run and `kept ID` once the run is acknowledged; each line reaches the pipe before the next act begins.
 */
const [file = '', example = '', name = '', count = 'Infinity'] = process.argv.slice(2)
const { run, verdict, figures } = JSON.parse(readFileSync(example, 'utf8'))
const say = (line: string) => writeSync(1, `${line}\n`)
const history = await openHistory(file)
say('ready')
for (let nth = 0; nth < Number(count); nth++) {
  const runId = `${name}-${nth}`
  say(`begun ${runId}`)
  await history.record({ ...run, runId }, { ...verdict, runId }, figures)
  say(`kept ${runId}`)
}

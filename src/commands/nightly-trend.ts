import type { ConfigValues } from '../config/index.ts'
import { readHistory } from '../history/index.ts'
import type { Run } from '../records/index.ts'
import { renderTrendText } from '../reporters/index.ts'
import type { Io, RunFlags } from './io.ts'
import { readTrends } from './trend-series.ts'

/** What the series say with this night: on stdout, or on stderr where stdout is verdict.json alone. */
export async function showNight(
  { history: file, targetName }: ConfigValues,
  { runId, decision }: Run,
  { json, quiet }: RunFlags,
  io: Io,
): Promise<void> {
  await using history = await readHistory(file)
  const view = await readTrends(history, { targetName })
  const runs = new Set(view.series.flatMap(({ nights }) => nights.map((night) => night.runId)))
  const state = decision?.state ?? 'killed'
  if (state !== 'complete')
    io.stderr(
      `This night is no point of its series: its run is ${state}. The next one is compared with the nights before.\n`,
    )
  else if (runs.has(runId)) io.stderr(`This is night ${runs.size} of ${targetName} in ${file}.\n`)
  else io.stderr(`This night measured nothing that a series is made of, so no trend will show it.\n`)
  if (view.series.length === 0 || quiet) return
  const text = renderTrendText(view)
  if (json) io.stderr(text)
  else io.stdout(text)
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runCompare } from '../src/commands/compare.ts'
import { saveRun } from '../src/commands/testing/saved-runs.ts'
import { matrixOf } from '../src/proof/index.ts'
import { wholeProof } from '../src/proof/testing/whole-proof.ts'
import type { Night, SeriesKey } from '../src/records/index.ts'
import { matrixPage, trendPage } from '../src/reporters/index.ts'
import { analyse, incidents } from '../src/trend/index.ts'
import { fourStories } from '../src/trend/testing/stories.ts'

/** Two runs, the second 40 % slower to its first token, of another image whose name would end a script. */
async function comparedPage(cwd: string): Promise<string> {
  saveRun(join(cwd, 'reports'), { runId: 'A' })
  saveRun(join(cwd, 'reports'), { runId: 'B', ttft: 1.4, seed: 9, fingerprint: { image: '</script>' } })
  const { signal } = new AbortController()
  const io = { cwd, signal, env: {}, isTTY: false, color: false, columns: 80, stdout() {}, stderr() {} }
  await runCompare(['A', 'B'], { html: 'compare.html' }, io)
  return pathToFileURL(join(cwd, 'compare.html')).href
}

export function historyOf(stories: Iterable<readonly [SeriesKey, readonly Night[]]>): string {
  const series = [...stories].map(([of, nights]) => ({ trend: analyse(of, nights), nights }))
  return trendPage({ series, incidents: incidents(series.map(({ trend }) => trend)) })
}

export const proofOf = (faults?: readonly string[]): string => matrixPage(matrixOf(wholeProof(faults)))

export function kept(folder: string, name: string, page: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), page)
  return pathToFileURL(join(folder, name)).href
}

/** The pages of two runs, of four hundred nights and of a whole proof, by the name of their picture. */
export async function makePages(folder: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(folder, { recursive: true })
  const [compare, trend, matrix] = [
    await comparedPage(folder),
    kept(folder, 'trend.html', historyOf(fourStories(1))),
    kept(folder, 'matrix.html', proofOf()),
  ]
  return new Map([
    ['compare', compare],
    ['compare-distributions', `${compare}#tab=distributions`],
    ['trend', trend],
    ['trend-series', `${trend}#series=code-ttftMsP50-warm-A100`],
    ['matrix-summary', matrix],
    ['matrix', `${matrix}#tab=matrix&family=streaming`],
  ])
}

import { dirname, join, resolve } from 'node:path'
import { makeFolder, writeWhole } from '../disk.ts'
import { HarnessError } from '../errors.ts'
import { countOf, renderTrendMarkdown, type TrendView, trendCharts } from '../reporters/index.ts'
import type { Io } from './io.ts'

export type FileFlags = { readonly markdown?: string; readonly svg?: string }

/** The page and the pictures that were asked for. Throws `reports-unwritable` where one cannot be written. */
export function writeTrendFiles(view: TrendView, { markdown, svg }: FileFlags, io: Io): void {
  if (markdown === '-') io.stdout(renderTrendMarkdown(view))
  else if (markdown !== undefined) write(resolve(io.cwd, markdown), renderTrendMarkdown(view), '--markdown')
  if (svg === undefined) return
  const charts = trendCharts(view)
  if (charts.size === 0) {
    io.stderr('No picture was drawn: no night has a value of that kind.\n')
    return
  }
  if (svg.endsWith('.svg')) write(resolve(io.cwd, svg), onlyChart(charts), '--svg')
  else {
    for (const [name, chart] of charts) write(join(resolve(io.cwd, svg), name), chart, '--svg')
    io.stderr(`${countOf(charts.size, 'picture')} in ${svg}.\n`)
  }
}

/** One picture: of a service whose cold start and warm answers were measured it is the one that shows both. */
function onlyChart(charts: ReadonlyMap<string, string>): string {
  const both = [...charts].filter(([name]) => name.endsWith('cold-warm.svg'))
  const [only, ...others] = both.length > 0 ? both : [...charts]
  if (only && others.length === 0) return only[1]
  throw new HarnessError(
    'usage',
    `--svg FILE holds one picture, and there are ${1 + others.length}: name a metric, --target and --warmth, or give --svg a folder.`,
  )
}

function write(file: string, text: string, flag: string): void {
  try {
    makeFolder(dirname(file))
    writeWhole(file, text)
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause
    throw new HarnessError(
      'reports-unwritable',
      `${file} cannot be written (${cause.message}): give ${flag} another path.`,
      { cause },
    )
  }
}

export { assumptions, costOf } from './awake-cost.ts'
export { renderBugReport } from './bug-report.ts'
export { comparedMarkdown, comparedText } from './compared.ts'
export { countOf, formatDuration, formatQuantity, momentOf } from './figures.ts'
export { comparePage, matrixPage, trendPage } from './html/index.ts'
export { lintAsJson } from './lint/json.ts'
export { lintAsSarif } from './lint/sarif.ts'
export { lintAsText, rulesAsText, unreadableAsText } from './lint/text.ts'
export { keepLive, LIVE_FILE, SIGN_OF_LIFE_MS } from './live-file.ts'
export { alignTable } from './load-table.ts'
export {
  createProgress,
  PROGRESS_MODES,
  type Progress,
  type ProgressMode,
  type ProgressOptions,
  type ProgressOutput,
} from './progress.ts'
export type { Report, Reporter } from './reporter.ts'
export { openRunFolder, proveReportsWritable, type RunFolder, reportFile } from './run-folder.ts'
export { oneLine } from './safe-text.ts'
export {
  dayOf,
  nameOf,
  placeOf,
  renderTrendMarkdown,
  renderTrendText,
  type SeriesView,
  sparkline,
  type TrendView,
  trendCharts,
} from './trend/index.ts'
export {
  type Choice,
  type Publication,
  proveReporters,
  publishReport,
  REPORTER_NAMES,
  writeReports,
} from './write-reports.ts'

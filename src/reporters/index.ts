export { countOf, formatQuantity } from './figures.ts'
export { createProgress, type Progress, type ProgressOptions, type ProgressOutput } from './progress.ts'
export type { Report, Reporter } from './reporter.ts'
export { openRunFolder, proveReportsWritable, type RunFolder, reportFile } from './run-folder.ts'
export { oneLine } from './safe-text.ts'
export {
  type Choice,
  type Publication,
  proveReporters,
  publishReport,
  REPORTER_NAMES,
  writeReports,
} from './write-reports.ts'

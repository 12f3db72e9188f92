export { readHead } from './read-head.ts'
export { leftReport, madeReport, REPORT_FILE } from './run-page.ts'
export { startViewer, type Viewer } from './serve.ts'

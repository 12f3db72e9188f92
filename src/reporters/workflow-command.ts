import { oneLine } from './safe-text.ts'

/** A workflow command of GitHub Actions: the runner reads it on stdout and on stderr. */
export const annotation = (level: 'error' | 'warning', title: string, message: string): string =>
  `::${level} title=${escapeProperty(oneLine(title, 200))}::${escapeData(oneLine(message, 1000))}`

/** The runner's own escaping (actions/toolkit, command.ts): a line end would start another command. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** Of an error that left no run: what a reader of the job sees first. */
export const renderErrorAnnotation = (message: string, exitCode: number): string =>
  annotation('error', `infergate: exit ${exitCode}, nothing was judged`, message)

import type { Reporter } from '../../reporter.ts'
import { html, renderPage } from '../kit/index.ts'
import { checksTab } from './checks/index.ts'
import { firstScreen } from './first-screen.ts'
import { measurementsTab } from './measurements/index.ts'
import { runTab } from './run-facts.ts'
import { verdictHead } from './verdict-head.ts'

export const htmlReporter: Reporter = {
  name: 'html',
  says: 'report.html, one page to look at: verdict, pictures, evidence, measurements',
  file: 'report.html',
  render: (report) =>
    renderPage({
      title: `${report.verdict.verdict}: ${report.run.target.model ?? report.run.target.kind} · infergate`,
      head: verdictHead(report),
      tabs: [
        { id: 'summary', title: 'Summary', content: firstScreen(report) },
        { id: 'checks', title: `Checks (${report.verdict.checks.length})`, content: checksTab(report) },
        { id: 'measurements', title: 'Measurements', content: measurementsTab(report) },
        { id: 'run', title: 'The run', content: runTab(report) },
      ],
      foot: html`Run ${report.run.runId} by infergate ${report.run.toolVersion}.`,
    }),
}

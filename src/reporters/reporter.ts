import type { Run, Verdict } from '../records/index.ts'

/** All that a report is made from, so that it can be made again from the run's folder. */
export type Report = {
  readonly run: Run
  readonly verdict: Verdict
  /** Its report.md, as the reader finds it; absent where it lies nowhere. */
  readonly file?: string
}

/** One format. It turns a report into text and does nothing else: where the text goes is decided elsewhere. */
export type Reporter = {
  readonly name: string
  readonly says: string
  /** Its file in the folder of a run. */
  readonly file: string
  /** Whether it has something to say of a run; absent: always. */
  isAbout?(report: Report): boolean
  render(report: Report): string
}

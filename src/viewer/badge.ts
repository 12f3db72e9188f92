import { html, type Markup } from '../reporters/html/kit/index.ts'
import type { Head } from './run-head.ts'

const LOOKS: Readonly<Record<Head['word'], string>> = {
  ...{ PASS: 'pass', FAIL: 'fail', INCONCLUSIVE: 'open', INTERRUPTED: 'open', KILLED: 'open' },
  ...{ RUNNING: 'now', UNREADABLE: 'none' },
}

/** The word that people look for, in its colour. */
export const badge = (word: Head['word']): Markup => html`<span class="word ${LOOKS[word]}">${word}</span>`

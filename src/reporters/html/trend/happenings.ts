import { countOf } from '../../figures.ts'
import { dayOf, type SeriesView, signedShare } from '../../trend/view.ts'
import { type Content, clipped, html, type Markup, table } from '../kit/index.ts'
import type { Setting } from './settings.ts'

type Happening = { readonly at: string; readonly what: Content; readonly says: Content }

const TEXT_CHARACTERS = 600

/** All that is known of a series' nights, newest first: where its level moved, what was set anew, what is not announced and why. */
export function happenings({ trend, acceptances = [] }: SeriesView, settings: readonly Setting[]): Markup {
  const all: readonly Happening[] = [
    ...trend.changes.map(({ at, direction, status, sentence, between, nightsSince, effect }) => ({
      at,
      what: html`<span class="said said-${status === 'accepted' ? 'absent' : direction === 'worse' ? 'worse' : 'kept'}">${signedShare(effect)}, ${direction}${status === 'accepted' ? ', accepted' : ''}</span>`,
      says: html`${sentence} <span class="soft">It began after ${dayOf(between[0])} and by ${dayOf(between[1])}; ${countOf(nightsSince, 'night')} since.</span>`,
    })),
    ...acceptances.map(({ at, reason }) => ({
      at,
      what: 'accepted from this night on',
      says: clipped(reason, TEXT_CHARACTERS),
    })),
    ...settings.map(({ at, changes }) => ({
      at,
      what: 'set anew',
      says: clipped(
        changes.map(({ name, before, after }) => `${name}: ${before} → ${after}`).join('; '),
        TEXT_CHARACTERS,
      ),
    })),
    ...trend.dismissed.map(({ at, reason, sentence }) => ({
      at,
      what: `not announced: ${reason}`,
      says: clipped(sentence, TEXT_CHARACTERS),
    })),
  ]
  if (all.length === 0)
    return html`<p>Nothing: no level moved, nothing that is recorded was set anew, and no night was odd.</p>`
  return table(
    'What happened, newest first',
    [{ title: 'night' }, { title: 'what' }, { title: 'in words' }],
    all
      .toSorted((a, b) => b.at.localeCompare(a.at))
      .map(({ at, what, says }) => [html`<span class="day">${dayOf(at)}</span>`, what, says]),
  )
}

import type { Verdict } from '../../../records/index.ts'
import { type Content, html, type Markup } from '../kit/index.ts'

/** Where the check is shown, opened. */
export const checkAddress = (id: string): string => `#tab=checks&open=${encodeURIComponent(id)}`

/** A sentence in which each name of a check of this run leads to that check, and each name of a limit to what was measured. */
export function linker({ checks, comparisons }: Pick<Verdict, 'checks' | 'comparisons'>) {
  const addresses = new Map([
    ...comparisons.map(({ id }) => [id, '#tab=measurements'] as const),
    ...checks.map(({ id }) => [id, checkAddress(id)] as const),
  ])
  return (text: string): Content =>
    text.split(/([\w.-]*\w)/).map((word): Markup | string => {
      const address = addresses.get(word)
      return address === undefined ? word : html`<a href="${address}">${word}</a>`
    })
}

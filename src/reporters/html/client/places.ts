import { onViewState } from './view-state.ts'

/**
 * Of the sections with one `data-place` shows that whose `data-key` the address names (`#series=ID`), else that without a key. A
 * reader who follows a link begins at the top of it.
 */
export function startPlaces(): void {
  const sections = [...document.querySelectorAll<HTMLElement>('[data-place]')]
  const places = Map.groupBy(sections, ({ dataset }) => dataset['place'] ?? '')
  for (const [place, members] of places) {
    let shown: HTMLElement | undefined
    onViewState((state) => {
      const asked = state.get(place) ?? ''
      const next = members.find(({ dataset }) => dataset['key'] === asked) ?? members[0]
      if (next === shown) return
      for (const member of members) member.hidden = member !== next
      if (shown) {
        scrollTo(0, 0)
        next?.querySelector<HTMLElement>('h2[tabindex]')?.focus()
      }
      shown = next
    })
  }
}

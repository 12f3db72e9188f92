import { onViewState, viewState } from './view-state.ts'

/** Shows one panel at a time: that of the address, else the first. */
export function startTabs(): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-panel]')]
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-tab]')]
  if (panels.length < 2) return
  document.documentElement.classList.add('tabbed')
  // A tab keeps the rest of the view: filters of another tab are still there when the reader comes back.
  for (const link of links)
    link.addEventListener('click', (event) => {
      event.preventDefault()
      const state = viewState()
      state.set('tab', link.dataset['tab'] ?? '')
      location.hash = `#${state}`
    })
  onViewState((state) => {
    const asked = state.get('tab')
    const current = panels.find((panel) => panel.dataset['panel'] === asked) ?? panels[0]
    for (const panel of panels) panel.hidden = panel !== current
    for (const link of links)
      if (link.dataset['tab'] === current?.dataset['panel']) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    dispatchEvent(new Event('panel'))
  })
}

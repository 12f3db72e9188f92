import { onViewState, setViewState, viewState } from './view-state.ts'

/** What `infergate view` serves is kept up to date here; a file has nothing of it. */
export function startLive(): void {
  const list = document.querySelector<HTMLElement>('[data-list]')
  if (list) startList(list)
  const run = document.querySelector<HTMLElement>('[data-live]')
  if (run) startRun(run)
}

/** The parts that changed are put in their places; the rest of the page, and where its reader is, stays. */
function startRun(run: HTMLElement): void {
  follow(run.dataset['live'] ?? '', (text) => {
    const { sections, isOver } = JSON.parse(text) as { sections: Record<string, string>; isOver?: true }
    for (const place of run.querySelectorAll<HTMLElement>('[data-section]')) {
      const markup = sections[place.dataset['section'] ?? '']
      if (markup !== undefined) place.innerHTML = markup
    }
    if (isOver) location.reload()
  })
}

function startList(list: HTMLElement): void {
  const filters = [...document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-list-filter]')]
  const nameOf = (filter: HTMLElement) => filter.dataset['listFilter'] ?? ''
  for (const filter of filters)
    filter.addEventListener('input', () => setViewState({ [nameOf(filter)]: filter.value, page: undefined }))
  let last = 0
  const show = async () => {
    const turn = ++last
    const answer = await fetch(`${list.dataset['list']}?${viewState()}`)
    const markup = await answer.text()
    // What was asked for since is what the reader wants to see.
    if (answer.ok && turn === last) replace(list, markup)
  }
  onViewState((state) => {
    for (const filter of filters) {
      const value = state.get(nameOf(filter)) ?? ''
      if (filter instanceof HTMLSelectElement && ![...filter.options].some((one) => one.value === value))
        filter.add(new Option(value, value))
      if (filter.value !== value) filter.value = value
    }
    void show().catch(() => {})
  })
  list.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLElement>('[data-page], [data-target]')
    if (!link) return
    event.preventDefault()
    const { page, target } = link.dataset
    setViewState(page === undefined ? { target, page: undefined } : { page }, { isPlace: true })
    if (page !== undefined) list.scrollIntoView()
  })
  follow(list.dataset['events'] ?? '', () => void show().catch(() => {}))
}

/** The same list leaves the focus where it is; in another one it stays on the link to the same place. */
function replace(list: HTMLElement, markup: string): void {
  const fresh = document.createElement('div')
  fresh.innerHTML = markup
  if (fresh.innerHTML === list.innerHTML) return
  const focused = list.contains(document.activeElement) && document.activeElement?.getAttribute('href')
  list.replaceChildren(...fresh.childNodes)
  if (focused)
    [...list.querySelectorAll<HTMLElement>('[href]')]
      .find((link) => link.getAttribute('href') === focused)
      ?.focus({ preventScroll: true })
}

/** Each event as it comes. While nobody answers, the page says so: a browser asks again by itself. */
function follow(address: string, take: (text: string) => void): void {
  const events = new EventSource(address)
  const lost = document.querySelector<HTMLElement>('[data-connection]')
  const say = (isLost: boolean) => {
    if (lost) lost.hidden = !isLost
  }
  events.addEventListener('message', ({ data }) => take(data as string))
  events.addEventListener('open', () => say(false))
  events.addEventListener('error', () => say(true))
}

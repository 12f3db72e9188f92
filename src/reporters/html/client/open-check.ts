import { onViewState, setViewState, viewState } from './view-state.ts'

/** An address names one check: it is open, in sight and has the focus. A check that a reader opens is named by the address. */
export function startOpening(): void {
  const checks = [...document.querySelectorAll<HTMLDetailsElement>('[data-check]')]
  if (checks.length === 0) return
  let current: string | undefined
  const open = () => {
    const asked = viewState().get('open') ?? undefined
    const check = checks.find((one) => one.dataset['check'] === asked)
    if (asked === current || !check) return
    current = asked
    reveal(check)
  }
  for (const check of checks)
    check.addEventListener('toggle', () => {
      const id = check.dataset['check']
      if (check.open) showMarks(check)
      if (check.open === (viewState().get('open') === id)) return
      current = check.open ? id : undefined
      setViewState({ open: current })
    })
  // The same address again changes no hash, and the reader wants to be there all the same.
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href*="open="]')
    if (!link || link.hash !== location.hash) return
    current = undefined
    open()
  })
  onViewState(open)
}

function reveal(check: HTMLDetailsElement): void {
  check.open = true
  check.hidden = false
  check.querySelector('summary')?.focus({ preventScroll: true })
  check.scrollIntoView({ block: 'start' })
  showMarks(check)
}

/** A long body begins where its first mark is. */
function showMarks(check: HTMLDetailsElement): void {
  for (const body of check.querySelectorAll<HTMLElement>('pre.body')) {
    const mark = body.querySelector('mark')
    if (mark) body.scrollTop = mark.offsetTop - body.offsetTop - body.clientHeight / 3
  }
}

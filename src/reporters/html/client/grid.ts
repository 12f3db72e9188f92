/** A grid of links is one stop of the Tab key; arrows, Home and End go from cell to cell. Without a script each link is a stop. */
export function startGrids(): void {
  for (const grid of document.querySelectorAll<HTMLElement>('[data-grid]')) {
    const cells = [...grid.querySelectorAll<HTMLAnchorElement>('a.cell')]
    const enter = (cell: HTMLAnchorElement | undefined) => {
      for (const one of cells) one.tabIndex = one === cell ? 0 : -1
    }
    enter(cells[0])
    grid.addEventListener('focusin', ({ target }) => enter(target as HTMLAnchorElement))
    grid.addEventListener('keydown', (event) => {
      const next = nextCell(cells, event)
      if (!next) return
      event.preventDefault()
      next.focus()
    })
  }
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 }

function nextCell(
  cells: readonly HTMLAnchorElement[],
  { key, target }: KeyboardEvent,
): HTMLAnchorElement | undefined {
  const from = target as HTMLAnchorElement
  if (key === 'Home') return cells[0]
  if (key === 'End') return cells.at(-1)
  if (key === 'ArrowDown' || key === 'ArrowUp') return nearest(cells, from, key === 'ArrowDown')
  const step = STEPS[key]
  return step === undefined ? undefined : cells[cells.indexOf(from) + step]
}

/** In the next row below or above, as the eye finds it. */
function nearest(
  cells: readonly HTMLAnchorElement[],
  from: HTMLAnchorElement,
  isDown: boolean,
): HTMLAnchorElement | undefined {
  const { x, y } = from.getBoundingClientRect()
  const [found] = cells
    .map((cell) => ({ cell, place: cell.getBoundingClientRect() }))
    .filter(({ place }) => (isDown ? place.y > y : place.y < y))
    .map(({ cell, place }) => ({ cell, far: 4 * Math.abs(place.y - y) + Math.abs(place.x - x) }))
    .toSorted((a, b) => a.far - b.far)
  return found?.cell
}

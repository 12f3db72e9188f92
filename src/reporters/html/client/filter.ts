import { onViewState, setViewState } from './view-state.ts'

type Entry = { readonly element: HTMLDetailsElement; text?: string }

/** Narrows the list of checks to what the address asks for, and says how many of all that is. */
export function startFilter(): void {
  const form = document.querySelector<HTMLFormElement>('[data-filter]')
  if (!form) return
  const entries = [...document.querySelectorAll<HTMLDetailsElement>('[data-check]')].map(
    (element): Entry => ({ element }),
  )
  const change = () => setViewState(valuesOf(form))
  form.addEventListener('input', change)
  form.addEventListener('submit', (event) => event.preventDefault())
  // Empties the fields only after its listeners.
  form.addEventListener('reset', () => setTimeout(change))
  onViewState((state) => {
    for (const field of fieldsOf(form)) field.value = state.get(field.name) ?? ''
    const wanted = valuesOf(form)
    const asked = state.get('open')
    let shown = 0
    for (const entry of entries) {
      // A check that an address names is shown, whatever else the address asks for.
      const fits = matches(entry, wanted) || entry.element.dataset['check'] === asked
      entry.element.hidden = !fits
      if (fits) shown += 1
    }
    for (const suite of document.querySelectorAll<HTMLElement>('[data-suite-of]'))
      suite.hidden = suite.querySelector('[data-check]:not([hidden])') === null
    say(form, shown, entries.length)
  })
}

const NAMES = ['outcome', 'suite', 'tag', 'q']

const fieldsOf = (form: HTMLFormElement): readonly (HTMLInputElement | HTMLSelectElement)[] =>
  [...form.elements].filter(
    (field) =>
      (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && NAMES.includes(field.name),
  ) as (HTMLInputElement | HTMLSelectElement)[]

const valuesOf = (form: HTMLFormElement): Readonly<Record<string, string>> =>
  Object.fromEntries(fieldsOf(form).map(({ name, value }) => [name, value]))

function matches(entry: Entry, { outcome, suite, tag, q }: Readonly<Record<string, string>>): boolean {
  const { outcome: has, suite: of, tags } = entry.element.dataset
  if (outcome && !has?.split(' ').includes(outcome)) return false
  if (suite && of !== suite) return false
  if (tag && !tags?.split(' ').includes(tag)) return false
  if (!q) return true
  // Read once: the evidence of a run is a megabyte.
  entry.text ??= entry.element.textContent.toLowerCase()
  return entry.text.includes(q.toLowerCase())
}

function say(form: HTMLFormElement, shown: number, all: number): void {
  const count = form.querySelector('[data-filter-count]')
  if (count) count.textContent = `${shown} of ${all} shown`
  const empty = document.querySelector<HTMLElement>('[data-filter-empty]')
  if (empty) empty.hidden = shown > 0
}

import { CELLS, type MatrixData, SAYING } from '../matrix/cells.ts'
import { onViewState, setViewState } from './view-state.ts'

/** The filters of the matrix and of the list of faults, and the matrix itself, which is drawn once it can be seen. */
export function startMatrix(): void {
  const place = document.querySelector<HTMLElement>('[data-matrix]')
  const source = document.getElementById('matrix-data')
  if (!place || !source) return
  const data = JSON.parse(source.textContent ?? '') as MatrixData
  const forms = [...document.querySelectorAll<HTMLFormElement>('[data-matrix-filter]')]
  for (const form of forms) {
    form.addEventListener('submit', (event) => event.preventDefault())
    form.addEventListener('input', ({ target }) => {
      const field = target as HTMLInputElement
      setViewState({ [field.name]: field.type === 'checkbox' && !field.checked ? undefined : field.value })
    })
  }
  let drawn = ''
  const show = (state: URLSearchParams) => {
    for (const form of forms) fill(form, state)
    showFaults(state)
    const wanted = NAMES.map((name) => state.get(name) ?? '').join('\n')
    if (place.closest('[hidden]') || wanted === drawn) return
    drawn = wanted
    count('matrix', draw(place, data, state))
  }
  drawn = '\0'
  onViewState(show)
}

const NAMES = ['fault', 'check', 'family', 'outcome', 'every']

function fill(form: HTMLFormElement, state: URLSearchParams): void {
  for (const field of form.elements as Iterable<Element> & HTMLFormControlsCollection) {
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = state.has(field.name)
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      const value = state.get(field.name) ?? ''
      if (field.value !== value) field.value = value
    }
  }
}

const count = (id: string, says: string) => {
  const place = document.querySelector<HTMLElement>(`[data-matrix-count="${id}"]`)
  if (place && place.textContent !== says) place.textContent = says
}

type Row = { readonly fault: string; readonly family: string; readonly outcome: string }

const isWanted = ({ fault, family, outcome }: Row, state: URLSearchParams): boolean =>
  fault.includes(state.get('fault')?.trim() ?? '') &&
  [family, ''].includes(state.get('family') ?? '') &&
  [outcome, ''].includes(state.get('outcome') ?? '')

function showFaults(state: URLSearchParams): void {
  const rows = [...document.querySelectorAll<HTMLElement>('tr[data-fault]')]
  const check = state.get('check')?.trim() ?? ''
  for (const row of rows) {
    const { fault = '', family = '', outcome = '', check: by = '' } = row.dataset
    row.hidden = !isWanted({ fault, family, outcome }, state) || !by.includes(check)
  }
  count('faults', `${rows.filter(({ hidden }) => !hidden).length} of ${rows.length} runs.`)
}

/** Only rows and columns with something in them, kind by kind; says how many. */
function draw(place: HTMLElement, { checks, families, rows }: MatrixData, state: URLSearchParams): string {
  const check = state.get('check')?.trim() ?? ''
  const says = (sign: string | undefined) => SAYING.includes(sign ?? ' ') && sign !== undefined
  const wanted = rows.filter((row) => isWanted(row, state))
  const columns = checks
    .map((id, index) => ({ id, index }))
    .filter(({ id }) => id.includes(check))
    .filter(({ index }) => state.has('every') || wanted.some(({ cells }) => says(cells[index])))
  const shown = wanted.filter(({ cells }) => check === '' || columns.some(({ index }) => says(cells[index])))
  if (shown.length === 0 || columns.length === 0) {
    place.replaceChildren(made('p', 'No run and no check of that kind says anything.'))
    return `0 of ${rows.length} runs.`
  }
  const table = made('table')
  table.append(made('caption', 'Faults × checks: a row a run with a fault, a column a check'))
  const head = made('tr')
  head.append(headOf('fault', 'col'), ...columns.map(({ id }) => headOf(id, 'col')))
  const top = made('thead')
  top.append(head)
  table.append(top)
  for (const [family, members] of Map.groupBy(shown, (row) => row.family)) {
    const body = made('tbody')
    const title = made('tr')
    const cell = headOf(families[family] ?? family, 'rowgroup')
    cell.colSpan = columns.length + 1
    title.append(cell)
    body.append(title)
    for (const row of members) {
      const line = made('tr')
      line.append(rowHead(row), ...columns.map(({ index }) => cellOf(row.cells[index])))
      body.append(line)
    }
    table.append(body)
  }
  place.replaceChildren(table)
  return `${shown.length} of ${rows.length} runs, ${columns.length} of ${checks.length} checks.`
}

function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text?: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  if (text !== undefined) element.textContent = text
  return element
}

function headOf(text: string, scope: string): HTMLTableCellElement {
  const cell = made('th')
  cell.scope = scope
  cell.append(made('span', text))
  return cell
}

function rowHead({ fault, dialect }: MatrixData['rows'][number]): HTMLTableCellElement {
  const cell = headOf('', 'row')
  const link = made('a', fault)
  link.href = `#${new URLSearchParams({ tab: 'faults', fault })}`
  cell.replaceChildren(link, ` ${dialect}`)
  return cell
}

function cellOf(sign = ' '): HTMLTableCellElement {
  const cell = made('td')
  const said = CELLS[sign]
  if (!said) return cell
  cell.textContent = said[0]
  cell.className = `sign sign-${sign === 'N' ? 'na' : said[0]}`
  return cell
}

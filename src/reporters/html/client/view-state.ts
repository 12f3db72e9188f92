/** The state of the view is the address: what is copied from there shows another reader the same. */
export const viewState = (): URLSearchParams => new URLSearchParams(location.hash.slice(1))

/** Changes parts of the state; what is undefined or empty goes. A new entry in the browser's history only where it is a place. */
export function setViewState(
  changes: Readonly<Record<string, string | undefined>>,
  { isPlace = false }: { readonly isPlace?: boolean } = {},
): void {
  const state = viewState()
  for (const [name, value] of Object.entries(changes))
    if (value === undefined || value === '') state.delete(name)
    else state.set(name, value)
  const address = `#${state}`
  if (isPlace) location.hash = address
  else {
    history.replaceState(null, '', address)
    dispatchEvent(new HashChangeEvent('hashchange'))
  }
}

/** Calls back now, and whenever the state changes. */
export function onViewState(show: (state: URLSearchParams) => void): void {
  addEventListener('hashchange', () => show(viewState()))
  show(viewState())
}

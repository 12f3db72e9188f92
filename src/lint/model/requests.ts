import { type Edge, edgesFrom } from './edges.ts'
import type { Model, PyFunction } from './model.ts'
import { isKept } from './roles.ts'

/** A function that runs for each request, and the calls that lead there from one that the web or Modal calls. */
export type OnRequest = { readonly fn: PyFunction; readonly path: readonly Edge[] }

const ROOTS: readonly PyFunction['role'][] = ['endpoint', 'route', 'method']

/** What runs for each request: the shortest way to every function, unless something on it keeps what was made. */
export function onRequest({ functions }: Model): readonly OnRequest[] {
  const roots = functions.filter((fn) => ROOTS.includes(fn.role) && !isKept(fn))
  const seen = new Map<PyFunction, OnRequest>(roots.map((fn) => [fn, { fn, path: [] }]))
  for (const { fn, path } of seen.values())
    for (const edge of edgesFrom(fn)) {
      const { to, isGuarded, mode } = edge
      // A job that was sent off is no request.
      if (isGuarded || mode === 'spawn' || seen.has(to) || isKept(to)) continue
      // What Modal runs elsewhere has its own container: a server or a start-up there is not this request's.
      if (mode === 'remote' && to.role !== 'function') continue
      seen.set(to, { fn: to, path: [...path, edge] })
    }
  return [...seen.values()]
}

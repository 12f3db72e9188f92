import type { ASTNode } from '../syntax.ts'
import type { Binding, Scope } from './model.ts'

export const newScope = (kind: Scope['kind'], parent?: Scope): Scope => ({
  kind,
  ...(parent && { parent }),
  names: new Map(),
  changed: new Set(),
  outer: new Set(),
})

export function bind(scope: Scope, name: string, binding: Binding): void {
  const home = homeOf(scope, name)
  const bindings = home.names.get(name)
  if (bindings) bindings.push(binding)
  else home.names.set(name, [binding])
}

function homeOf(scope: Scope, name: string): Scope {
  if (!scope.outer.has(name) || !scope.parent) return scope
  const parent = withoutClasses(scope.parent)
  return parent ? homeOf(parent, name) : scope
}

/** A class's names are not seen from the functions in it. */
function withoutClasses(scope: Scope | undefined): Scope | undefined {
  return scope?.kind === 'class' ? withoutClasses(scope.parent) : scope
}

/** Where a name is bound: the scope, and everything that was bound to it there. */
export function lookup(
  scope: Scope,
  name: string,
): { readonly scope: Scope; readonly bindings: readonly Binding[]; readonly isChanged: boolean } | undefined {
  let at: Scope | undefined = scope
  while (at) {
    const bindings = at.names.get(name)
    if (bindings && !at.outer.has(name)) return { scope: at, bindings, isChanged: at.changed.has(name) }
    at = withoutClasses(at.parent)
  }
  return undefined
}

const isNothing = ({ nodeType, ...node }: ASTNode & { readonly value?: unknown }): boolean =>
  nodeType === 'Constant' && node.value === null

/** The one thing that a name can be, where the file leaves no choice. A `None` that is replaced later is no choice. */
export function theOne(
  scope: Scope,
  name: string,
): { readonly scope: Scope; readonly binding: Binding } | undefined {
  const found = lookup(scope, name)
  if (!found) return undefined
  const real = found.bindings.filter((one) => one.kind !== 'value' || !isNothing(one.expr))
  const [first, ...rest] = real.length > 0 ? real : found.bindings
  if (!first || !rest.every((one) => isSame(one, first))) return undefined
  return { scope: found.scope, binding: first }
}

const isSame = (one: Binding, other: Binding): boolean =>
  one.kind === 'import' && other.kind === 'import' && one.dotted === other.dotted

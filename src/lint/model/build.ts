import {
  type ASTNode,
  type ExprNode,
  type FunctionNode,
  isClassNode,
  isFunctionNode,
  type StmtNode,
} from '../syntax.ts'
import { bindStatements } from './bind-statements.ts'
import { noteChanges } from './changes.ts'
import type { Decorator, Model, Owner, PyClass, PyFunction, Scope } from './model.ts'
import { dottedOf } from './names.ts'
import { parameterNames } from './parameters.ts'
import { giveRegistered } from './registered-routes.ts'
import { giveRoles } from './roles.ts'
import { bind, newScope } from './scope.ts'

type Around = { readonly scope: Scope; readonly cls?: PyClass; readonly within?: PyFunction }

/** What a file says: its names, functions and classes, and what calls each of them. */
export function buildModel(body: readonly StmtNode[]): Model {
  const [functions, classes, owners]: [PyFunction[], PyClass[], Owner[]] = [[], [], []]
  const module: Owner = { body, scope: newScope('module') }
  const later: (() => void)[] = []

  const read = (statements: readonly ASTNode[], around: Around): void =>
    bindStatements(statements, around.scope, (node) => {
      if (isFunctionNode(node)) addFunction(node, around)
      else if (isClassNode(node)) addClass(node, around)
    })

  const addFunction = (node: FunctionNode, { scope: home, cls, within }: Around): void => {
    const scope = newScope('function', home)
    const fn: PyFunction = {
      ...{ node, name: node.name, scope, role: 'plain' },
      ...(cls && { cls }),
      ...(within && { within }),
      decorators: node.decorator_list.map((expr) => decoratorOf(expr, home)),
    }
    functions.push(fn)
    cls?.methods.push(fn)
    owners.push({ body: node.body, scope, fn })
    bind(home, node.name, { kind: 'function', fn })
    for (const name of parameterNames(node)) bind(scope, name, { kind: 'parameter' })
    // Names of a function are looked up when it runs: the names around it come first.
    later.push(() => read(node.body, { scope, within: fn }))
  }

  const addClass = (node: Parameters<typeof classOf>[0], { scope: home, within }: Around): void => {
    const cls = classOf(node, home)
    classes.push(cls)
    owners.push({ body: node.body, scope: cls.scope, ...(within && { fn: within }) })
    bind(home, node.name, { kind: 'class', cls })
    read(node.body, { scope: cls.scope, cls, ...(within && { within }) })
  }

  read(body, { scope: module.scope })
  owners.push(module)
  while (later.length > 0) later.shift()?.()
  const usesModal = owners.some(({ scope }) =>
    [...scope.names.values()]
      .flat()
      .some((one) => one.kind === 'import' && /^modal(?:\.|$)/.test(one.dotted)),
  )
  const model: Model = { functions, classes, module, owners, usesModal }
  for (const { body, scope } of owners) noteChanges(body, scope)
  giveRoles(model)
  giveRegistered(model)
  return model
}

const classOf = (node: Extract<StmtNode, { nodeType: 'ClassDef' }>, home: Scope): PyClass => ({
  ...{ node, name: node.name, home, scope: newScope('class', home) },
  decorators: node.decorator_list.map((expr) => decoratorOf(expr, home)),
  methods: [],
})

function decoratorOf(expr: ExprNode, scope: Scope): Decorator {
  const called = expr.nodeType === 'Call' ? expr : undefined
  const named = called ? called.func : expr
  // Looked up when it is asked for: what it names may be bound further down.
  return {
    expr,
    ...(called && { call: called }),
    ...(named.nodeType === 'Attribute' && { attribute: named.attr, base: named.value }),
    get dotted(): string {
      return dottedOf(named, scope) ?? ''
    },
  }
}

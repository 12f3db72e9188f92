import type { ASTNode, Call, ClassDef, ExprNode, FunctionNode } from '../syntax.ts'

/** What a name stands for where it was bound. */
export type Binding =
  | { readonly kind: 'import'; readonly dotted: string }
  | { readonly kind: 'function'; readonly fn: PyFunction }
  | { readonly kind: 'class'; readonly cls: PyClass }
  | { readonly kind: 'value'; readonly expr: ExprNode }
  | { readonly kind: 'parameter' }
  /** A loop, an unpacking, a deletion, a handler: the file does not tell what it is. */
  | { readonly kind: 'other' }

export type Scope = {
  readonly kind: 'module' | 'function' | 'class'
  readonly parent?: Scope
  readonly names: Map<string, Binding[]>
  /** Names whose object is written into, here or in a function below. */
  readonly changed: Set<string>
  /** Names that `global` or `nonlocal` sends outwards. */
  readonly outer: Set<string>
}

export type Decorator = {
  readonly expr: ExprNode
  /** Absent: written without brackets. */
  readonly call?: Call
  /** `modal.enter`, `functools.lru_cache`, `app.post`; of an object, its last name alone is sure. */
  readonly dotted?: string
  readonly attribute?: string
  /** What stands before the last dot. */
  readonly base?: ExprNode
}

/** What calls a function: each request, once for a container, or nobody that is known. */
export type Role =
  /** One request of the web, one call. */
  | 'endpoint'
  | 'route'
  /** One input of Modal, one call. */
  | 'method'
  /** Returns an application, or starts a server: once for a container. */
  | 'server'
  | 'enter'
  | 'exit'
  | 'lifespan'
  | 'entrypoint'
  /** A Modal function: one input, one call, of whoever calls it. */
  | 'function'
  | 'plain'

export type Options = {
  readonly values: ReadonlyMap<string, ExprNode>
  /** `**options`: there may be more than the file shows. */
  readonly isOpen: boolean
}

export type PyFunction = {
  readonly node: FunctionNode
  readonly name: string
  /** The names inside it. */
  readonly scope: Scope
  /** The class that it is a method of. */
  readonly cls?: PyClass
  /** The function that it is written in. */
  readonly within?: PyFunction
  readonly decorators: readonly Decorator[]
  role: Role
  /** Where it was registered by a call, `add_api_route("/health", health)`, the path. */
  path?: string
  /** Of `@app.function(…)`; absent where it is no Modal function. */
  options?: Options
}

export type PyClass = {
  readonly node: ClassDef
  readonly name: string
  readonly scope: Scope
  /** The scope that it is written in. */
  readonly home: Scope
  readonly decorators: readonly Decorator[]
  readonly methods: PyFunction[]
  /** Of `@app.cls(…)`; absent where it is no Modal class. */
  options?: Options
}

/** A stretch of code that has one scope: a function's body, a class's, the module's. */
export type Owner = {
  readonly body: readonly ASTNode[]
  readonly scope: Scope
  readonly fn?: PyFunction
}

export type Model = {
  readonly functions: readonly PyFunction[]
  readonly classes: readonly PyClass[]
  readonly module: Owner
  /** Every function, every class and the module itself. */
  readonly owners: readonly Owner[]
  /** Whether the file imports Modal. */
  readonly usesModal: boolean
}

import { type Call, type ExprNode, isCall, stringOf, visitOwn } from '../syntax.ts'
import { calleeOf } from './calls.ts'
import type { Model } from './model.ts'
import { dottedOf } from './names.ts'

const ADDS = /^(?:add_api_route|add_route|add_url_rule|add_api_websocket_route)$/
const ROUTE = /^(?:starlette|fastapi)\.(?:.*\.)?(?:Route|APIRoute)$/

/** Gives a role to what is registered by a call instead of a decorator: `add_api_route("/chat", chat)`, `Route("/chat", chat)`. */
export function giveRegistered({ owners }: Model): void {
  for (const { body, scope, fn } of owners)
    visitOwn(body, (node) => {
      if (!isCall(node)) return
      const { func, args } = node
      const isAdded = func.nodeType === 'Attribute' && ADDS.test(func.attr)
      if (!isAdded && !ROUTE.test(dottedOf(func, scope) ?? '')) return
      const handler = handlerOf(node)
      const path = stringOf(args[0])
      const to = handler && calleeOf(handler, fn, scope)
      if (to?.role !== 'plain') return
      to.role = 'route'
      if (path !== undefined) to.path = path
    })
}

/** The function is named, or stands last: Flask has a name between the path and it. */
const handlerOf = ({ args, keywords }: Call): ExprNode | undefined =>
  keywords.find(({ arg }) => /^(?:endpoint|view_func|route)$/.test(arg ?? '') && arg !== undefined)?.value ??
  (args.length > 1 ? args.at(-1) : undefined)

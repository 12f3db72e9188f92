import { type ASTNode, type Call, type ExprNode, isCall } from '../syntax.ts'

/** Those that call what they are given, in a thread or behind the answer. */
const PASSED_TO = /^(?:to_thread|run_in_executor|run_in_threadpool|run_sync|add_task)$/

/** What a call hands to another that calls it: `asyncio.to_thread(load, name)`. */
export function passedOn({ func, args }: Call): readonly ExprNode[] {
  const name = func.nodeType === 'Attribute' ? func.attr : func.nodeType === 'Name' ? func.id : ''
  return PASSED_TO.test(name) ? args : []
}

/** Whether a function without a name runs where it stands: called at once, or by what it is handed to. */
export const isRunAtOnce = (lambda: ASTNode, above: ASTNode | undefined): boolean =>
  above !== undefined &&
  isCall(above) &&
  (above.func === lambda || passedOn(above).some((one) => one === lambda))

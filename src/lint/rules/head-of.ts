import type { FunctionNode, Located } from '../syntax.ts'

/** The head of a function, as a place: not all of its body. */
export const headOf = (node: FunctionNode): Located => ({
  ...node,
  end_lineno: node.lineno,
  end_col_offset:
    node.col_offset + (node.nodeType === 'FunctionDef' ? 'def ' : 'async def ').length + node.name.length,
})

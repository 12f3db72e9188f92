import type { FunctionNode } from '../syntax.ts'

export function parameterNames({ args }: FunctionNode): readonly string[] {
  const { posonlyargs, args: positional, vararg, kwonlyargs, kwarg } = args
  return [...posonlyargs, ...positional, ...kwonlyargs, vararg, kwarg].flatMap((one) =>
    one ? [one.arg] : [],
  )
}

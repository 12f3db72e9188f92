import type { FunctionNode } from '../syntax.ts'

export function parameterNames({ args }: FunctionNode): readonly string[] {
  const { posonlyargs, args: positional, vararg, kwonlyargs, kwarg } = args
  return [...posonlyargs, ...positional, ...kwonlyargs, vararg, kwarg].flatMap((one) =>
    one ? [one.arg] : [],
  )
}

/** Each parameter with its annotation and its default. */
export function parametersOf({ args }: FunctionNode) {
  const { posonlyargs, args: plain, defaults, kwonlyargs, kw_defaults } = args
  const positional = [...posonlyargs, ...plain]
  const without = positional.length - defaults.length
  return [
    ...positional.map((at, index) => ({ at, annotation: at.annotation, value: defaults[index - without] })),
    ...kwonlyargs.map((at, index) => ({ at, annotation: at.annotation, value: kw_defaults[index] })),
  ]
}

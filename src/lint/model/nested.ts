import type { Model, PyFunction } from './model.ts'

/** A function and all that are written in it. */
export const withNested = (fn: PyFunction, { functions }: Model): readonly PyFunction[] =>
  functions.filter((one) => one === fn || isWithin(one, fn))

const isWithin = (one: PyFunction, fn: PyFunction): boolean =>
  one.within === fn || (one.within !== undefined && isWithin(one.within, fn))

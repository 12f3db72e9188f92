import { z } from 'zod'
import { didYouMean } from './did-you-mean.ts'

/** An object that takes its own keys only, and says which key was probably meant. */
export function closedObject<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `unknown key "${key}": ${didYouMean(key, known)}`).join('; ')
        : undefined,
  })
}

import { z } from 'zod'
import { CAPABILITIES, ROUTES } from '../capabilities.ts'
import { closedObject } from './closed-object.ts'
import { didYouMean } from './did-you-mean.ts'

/** One word of a closed list; another one is refused with the one that was probably meant. */
function oneOf<Word extends string>(what: string, words: readonly Word[]) {
  return z.enum(words, {
    error: ({ input }) => `unknown ${what} "${String(input)}": ${didYouMean(String(input), words)}`,
  })
}

/** What a target is expected to have. */
export const expects = closedObject({
  capabilities: z.array(oneOf('capability', CAPABILITIES)).optional(),
  routes: z.array(oneOf('route', ROUTES)).optional(),
})

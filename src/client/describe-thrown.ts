import { z } from 'zod'

/** What a decoder threw, in one line: zod's issues with their paths, or the message. */
export function describeThrown(error: unknown): string {
  if (error instanceof z.core.$ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ')
  return error instanceof Error ? error.message : String(error)
}

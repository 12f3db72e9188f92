import type { ZodError } from 'zod'

/** What is wrong first, and where. */
export function issueOf({ issues }: ZodError): string {
  const [issue] = issues
  const path = issue?.path.join('.') ?? ''
  return path === '' ? `${issue?.message}` : `${path}: ${issue?.message}`
}

import { malformed, type Refusal } from '../refusal.ts'

/** A refusal of the request's own form, in the words of the validator that vLLM uses. */
export function invalid(loc: string, type: string, msg: string): Refusal {
  return malformed(
    `1 validation error:\n  {'type': '${type}', 'loc': 'body.${loc}', 'msg': "${msg}"}`,
    `body.${loc}`,
  )
}

export const missing = (loc: string): Refusal => invalid(loc, 'missing', 'Field required')

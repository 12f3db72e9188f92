import { json, type Reply } from '../http.ts'
import type { Refusal } from '../refusal.ts'

/** Of what a server could offer and this one does not: its own type, whatever the status. */
const NOT_OFFERED = 'invalid_request_error'

const TYPES: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  404: 'NotFoundError',
  413: 'RequestEntityTooLarge',
  500: 'InternalServerError',
  501: 'NotImplementedError',
  503: 'Service Unavailable',
}

function typeOf({ status, kind }: Refusal): string {
  if (kind === 'not-offered') return NOT_OFFERED
  return kind === 'malformed' && status === 400 ? 'Bad Request' : (TYPES[status] ?? 'Error')
}

/** vLLM's error object. A body that does not parse has the other healthy spelling of a 400. */
export const errorObject = (refusal: Refusal) => ({
  error: {
    message: refusal.message,
    type: typeOf(refusal),
    param: refusal.param,
    code: refusal.status,
  },
})

export const errorReply = (refusal: Refusal): Reply => json(refusal.status, errorObject(refusal))

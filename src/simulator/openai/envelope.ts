import { json, type Reply } from '../http.ts'
import type { Refusal } from '../refusal.ts'

const TYPES: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  404: 'NotFoundError',
  413: 'RequestEntityTooLarge',
  500: 'InternalServerError',
  501: 'NotImplementedError',
  503: 'Service Unavailable',
}

/** vLLM's error object. A body that does not parse has the other healthy spelling of a 400. */
export const errorObject = ({ status, kind, message, param }: Refusal) => ({
  error: {
    message,
    type: kind === 'malformed' && status === 400 ? 'Bad Request' : (TYPES[status] ?? 'Error'),
    param,
    code: status,
  },
})

export const errorReply = (refusal: Refusal): Reply => json(refusal.status, errorObject(refusal))

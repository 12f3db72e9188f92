import type { ErrorEnvelope } from '../records/index.ts'

/**
 * The error in a body, in the spellings that inference servers use: OpenAI's `{error:{…}}`, a bare `{error:"…"}`,
 * vLLM's older flat `{object:"error",…}` and FastAPI's `{detail:…}`. Undefined when the body holds none.
 */
export function readEnvelope(body: unknown): ErrorEnvelope | undefined {
  if (!isObject(body)) return undefined
  const { error, detail } = body
  if (typeof error === 'string') return { message: error }
  if (isObject(error)) return fromFields(error)
  if (body['object'] === 'error') return fromFields(body)
  if (typeof detail === 'string') return { message: detail }
  if (Array.isArray(detail)) return { message: JSON.stringify(detail) }
  return undefined
}

function fromFields(fields: Record<string, unknown>): ErrorEnvelope {
  const { message, type, param, code } = fields
  return {
    message: typeof message === 'string' ? message : JSON.stringify(fields),
    ...(typeof type === 'string' && { type }),
    ...((typeof param === 'string' || param === null) && { param }),
    ...((typeof code === 'number' || typeof code === 'string') && { code }),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

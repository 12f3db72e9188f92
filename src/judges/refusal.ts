import type { Generation, Reply } from '../records/index.ts'

/**
 * Whether the service refused a request as the request's own fault: 4xx, or 501 for what it does not offer. vLLM tells a
 * streamed request so by HTTP 200 and an error event with that code.
 */
export function isRefusal(answer: Generation | Reply): boolean {
  if (answer.outcome === 'completed') return false
  const { failure, status, error } = answer
  if (failure === 'service-error')
    return 'stream' in answer && answer.stream !== undefined && isClientCode(error?.code)
  return failure === 'http-status' && isClientCode(status)
}

const isClientCode = (code: number | string | undefined): boolean => {
  const number = Number(code)
  // 408 and 429 speak of time and load, not of the request.
  return (number >= 400 && number <= 499 && number !== 408 && number !== 429) || number === 501
}

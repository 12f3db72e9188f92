import type { Check, Evidence } from '../records/index.ts'
import { failureOf } from './failure-kinds.ts'
import type { Sign } from './sign.ts'

/** The promise, and what the wire's contract says of such an answer. */
export function expectedOf(
  { says }: Pick<Check, 'says'>,
  dialect: string,
  { evidence, sign }: { readonly evidence?: Evidence; readonly sign?: Sign },
): readonly string[] {
  const contract = sign?.by === 'failure' ? contractOf(evidence, dialect) : CONTRACTS[sign?.by ?? 'none']
  return [`${says[0]?.toUpperCase() ?? ''}${says.slice(1)}.`, ...(contract === undefined ? [] : [contract])]
}

const CONTRACTS: Readonly<Record<string, string>> = {
  constraint:
    'The contract: an output that is asked for with a JSON Schema, a pattern or a list of choices keeps to it, or the request is refused with 4xx.',
  arrival:
    'The contract: with "stream": true each event is sent when it is made (server-sent events), and nothing on the way holds it back.',
}

function contractOf(evidence: Evidence | undefined, dialect: string): string | undefined {
  const status = evidence?.response?.status
  switch (evidence && failureOf(evidence)?.kind) {
    case 'service-error':
      return dialect === 'ananke'
        ? 'The contract: HTTP 200 means that "generated_text" holds the answer and "finish_reason" says "stop" or "length". A "finish_reason" of "error" is an exception that was hidden behind HTTP 200.'
        : 'The contract: a request that fails gets 4xx or 5xx with {"error": {…}}, and HTTP 200 means that the answer is there.'
    case 'http-status':
      return status !== undefined && status >= 500
        ? 'The contract: a valid request is answered with 200; 5xx says that the service itself broke.'
        : 'The contract: 4xx is for requests that cannot be served, and this one can.'
    case 'truncated-stream':
    case 'malformed-stream':
      return 'The contract: a stream ends with an event that has a finish_reason, then data: [DONE], then the end of the response.'
    case 'truncated-body':
    case 'malformed-body':
      return 'The contract: the body is as long as its headers say, and is one whole JSON text.'
    case 'timeout':
      return 'The contract names no time. A client waits for so long at most, and a gateway often for less.'
    default:
      return undefined
  }
}

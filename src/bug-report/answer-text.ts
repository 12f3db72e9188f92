import type { Dialect } from '../client/index.ts'
import { parseEvents } from '../judges/index.ts'
import type { ReceivedResponse } from '../records/index.ts'

export type AnswerText = { readonly text: string; readonly finishReason?: string | null | undefined }

/** What a recorded answer says, where its body was kept whole and the dialect can read it. */
export function answerText(
  { body, bodyBytes }: Pick<ReceivedResponse, 'body' | 'bodyBytes'>,
  dialect: Dialect,
  operation: 'generate' | 'chat',
): AnswerText | undefined {
  if (Buffer.byteLength(body) < bodyBytes) return undefined
  try {
    return body.startsWith('data:')
      ? streamed(body, dialect, operation)
      : dialect.decode(JSON.parse(body), operation)
  } catch {
    // A body that the dialect cannot read has no text: that it could not be read is then the failure.
    return undefined
  }
}

function streamed(body: string, { stream }: Dialect, operation: 'generate' | 'chat'): AnswerText | undefined {
  const parts = parseEvents(body).flatMap(({ json }) =>
    json === undefined ? [] : [stream?.decode(json, operation)],
  )
  if (!stream) return undefined
  return {
    text: parts.map((part) => part?.text ?? '').join(''),
    finishReason: parts.findLast((part) => part?.finishReason)?.finishReason,
  }
}

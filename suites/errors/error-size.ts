import { bodyOf, type Generation, quote, type Reply } from '#infergate'

/** Bytes of an error that a person can read; vLLM's longest has a tenth. */
const LONGEST_ERROR = 16_384

/** Whether an error is so long that it can only hold the request, or many copies of a part of it. */
export const isTooLong = ({ received }: Generation | Reply): boolean =>
  (received?.bodyBytes ?? 0) > LONGEST_ERROR

export const tooLong = (answer: Generation | Reply): string =>
  `the error has ${answer.received?.bodyBytes} bytes, more than ${LONGEST_ERROR}: ` +
  `${quote(bodyOf(answer), 200)}; the request has ${answer.sent.bodyCharacters ?? answer.sent.body?.length ?? 0}`

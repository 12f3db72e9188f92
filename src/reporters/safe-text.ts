export { oneLine, visible } from '../safe-text.ts'

/** Both ends of a body are shown: a stream shows its fault at the end, an envelope at the beginning. */
const [HEAD_CHARACTERS, TAIL_CHARACTERS] = [704, 320]

/** A body of at most 1,024 characters as people read it; one that is longer loses its middle and says so, and where the rest is. */
export function shortBody(text: string, where = ', see verdict.json'): string {
  const left = text.length - HEAD_CHARACTERS - TAIL_CHARACTERS
  if (left <= 0) return text
  return `${text.slice(0, HEAD_CHARACTERS)} …[${left} characters cut${where}]… ${text.slice(-TAIL_CHARACTERS)}`
}

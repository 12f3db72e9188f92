/** The share of JSON white space in a text: an answer that ran on in white space is nearly all of it. */
export function whitespaceShare(text: string): number {
  return text === '' ? 0 : (text.match(/[ \t\n\r]/g)?.length ?? 0) / text.length
}

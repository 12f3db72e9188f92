/** A text inside a sentence: escaped, so that control characters show, and cut. */
export function quote(text: string, limit = 120): string {
  return JSON.stringify(text.length <= limit ? text : `${text.slice(0, limit)}…`)
}

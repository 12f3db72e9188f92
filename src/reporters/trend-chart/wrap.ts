/** Lines of at most so many characters, cut between words; a longer word is cut where it must be. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, columns))) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const pieces = (word: string, columns: number): readonly string[] =>
  Array.from({ length: Math.max(1, Math.ceil(word.length / columns)) }, (_, i) =>
    word.slice(i * columns, (i + 1) * columns),
  )

/** A word as a POSIX shell reads it back. `NAME=value words` keeps its name outside the quotes, or a shell would take it for a command. */
export function shellWord(word: string): string {
  if (/^[\w./:@=,%+-]+$/.test(word)) return word
  const [, name = '', value = word] = /^(INFERGATE_\w+=)(.*)$/s.exec(word) ?? []
  return `${name}'${value.replaceAll("'", `'\\''`)}'`
}

/** A strict look at the little XML that JUnit and SVG need: characters, references, quoting, nesting. */
export function xmlFaults(xml: string): readonly string[] {
  const faults: string[] = []
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    faults.push('a character that XML cannot hold')
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(xml)) faults.push('a bare ampersand')
  const body = xml.replace(/^<\?xml [^?]*\?>/, '')
  const tag = /<(\/?)([a-z]+(?:-[a-z]+)*)((?:\s+[a-zA-Z][\w-]*="[^"<]*")*)\s*(\/?)>/g
  if (/[<>]/.test(body.replace(tag, ''))) faults.push('a bare angle bracket')
  const open: string[] = []
  for (const [, closing, name = '', , empty] of body.matchAll(tag)) {
    if (closing) {
      if (open.pop() !== name) faults.push(`</${name}> closes something else`)
    } else if (!empty) open.push(name)
  }
  return open.length === 0 ? faults : [...faults, `${open.join()} is never closed`]
}

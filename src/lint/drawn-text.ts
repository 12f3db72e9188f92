const SHORTEST = 16
/** In bits a character: words of a language stay below, keys drawn by chance lie above. */
const LEAST_ENTROPY = 3

/** Whether a text looks drawn by chance, rather than written by a person as a name or a placeholder. */
export function isDrawn(text: string): boolean {
  if (text.startsWith('-----BEGIN')) return true
  if (text.length < SHORTEST || /\s|[{}<>$]|:\/\/|^[./~]/.test(text)) return false
  if (PLACEHOLDER.test(text)) return false
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false
  // Words, and numbers between them: tool_message_v2, meta-llama/Llama-3-8B.
  if (text.split(/[-_./:+=@]+/).every((part) => /^(?:[A-Za-z]*\d{0,4}|\d+[A-Za-z]{0,3})$/.test(part)))
    return false
  return entropyOf(text) >= LEAST_ENTROPY
}

const PLACEHOLDER = /your|example|placeholder|changeme|dummy|xxxx|0123456789|1234567890|abcdefgh/i

function entropyOf(text: string): number {
  const counts = Map.groupBy(text, (character) => character)
  return [...counts.values()].reduce((sum, { length }) => {
    const share = length / text.length
    return sum - share * Math.log2(share)
  }, 0)
}

/** Whether a text holds a key of a form that nothing else has; some services' keys are letters alone. */
export function isOfForm(text: string, form: RegExp): boolean {
  const [key] = form.exec(text) ?? []
  if (key === undefined) return false
  return key.startsWith('-----BEGIN') || (!PLACEHOLDER.test(key) && entropyOf(key) >= LEAST_ENTROPY)
}

/** `postgresql://app:…@db/app`. */
const ADDRESS = /^[a-z][a-z\d+.-]*:\/\/[^\s/:@]*:([^\s/@{}$<>]{8,})@/i

/** Whether a text is an address whose password looks drawn by chance. */
export function holdsPassword(text: string): boolean {
  const [, password] = ADDRESS.exec(text) ?? []
  return password !== undefined && !PLACEHOLDER.test(password) && isMixed(password)
}

const isMixed = (text: string): boolean =>
  /[a-z]/.test(text) && /\d[A-Za-z]/.test(text) && (/[A-Z]/.test(text) || text.length >= SHORTEST)

/** Without the word before a key in a header. */
export const withoutScheme = (text: string): string => text.replace(/^(?:Bearer|Basic|Token)\s+/i, '')

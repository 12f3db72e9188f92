import { judgeJson, judgePattern, whitespaceShare } from '../judges/index.ts'
import type { Constraint } from '../records/index.ts'

/** How a text breaks the constraint of its request. */
export type Violation =
  | 'no JSON'
  | 'JSON that the schema forbids'
  | 'white space to its limit'
  | 'cut JSON'
  | 'a text that the pattern forbids'
  | 'none of the choices'

type Text = { readonly text: string; readonly finishReason?: string | null | undefined }

/** Undefined where it holds, and where that cannot be told: a cut text may have been about to. */
export async function violationOf(constraint: Constraint, answer: Text): Promise<Violation | undefined> {
  const { text } = answer
  const isCut = answer.finishReason === 'length'
  switch (constraint.kind) {
    case 'json-schema':
      return ofJson(await judgeJson(text, constraint.schema), answer)
    case 'json-object':
      return ofJson(await judgeJson(text, { type: 'object' }), answer)
    case 'regex':
      if (isCut) return undefined
      return (await judgePattern(text, constraint.pattern)).verdict === 'invalid'
        ? 'a text that the pattern forbids'
        : undefined
    case 'choice':
      return constraint.choices.some((one) => one === text || (isCut && one.startsWith(text)))
        ? undefined
        : 'none of the choices'
    case 'grammar':
      return undefined
  }
}

/** What may stand at the beginning of a JSON text (RFC 8259 §2). */
const BEGINS_JSON = /^\s*(?:[{["\d-]|true|false|null)/
/** A text of which more than half is white space was not cut short: it could not end. */
const RUN_ON = { characters: 24, share: 0.5 }

function ofJson(
  { verdict }: Awaited<ReturnType<typeof judgeJson>>,
  { text, finishReason }: Text,
): Violation | undefined {
  if (verdict === 'invalid') return 'JSON that the schema forbids'
  if (verdict === 'not-json') return BEGINS_JSON.test(text) ? 'cut JSON' : 'no JSON'
  if (verdict !== 'truncated') return undefined
  if (text.length >= RUN_ON.characters && whitespaceShare(text) > RUN_ON.share)
    return 'white space to its limit'
  return finishReason === 'length' ? undefined : 'cut JSON'
}

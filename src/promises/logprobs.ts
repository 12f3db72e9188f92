import type { Choice, ListedToken } from './choices.ts'
import { quote } from './quote.ts'
import type { GeneratingRoute } from './service.ts'

/** What was asked for, and what is known of the answer. */
export type WantedLogprobs = {
  /** Alternatives asked for of each token. */
  readonly top: number
  /** Tokens of the answer; undefined where the service does not count them, or lists those of a thought or not. */
  readonly tokens?: number
  /** Each list has as many alternatives as were asked for: vLLM's; OpenAI's may be shorter in rare cases. */
  readonly isExact: boolean
  /** The first token stands for nothing before it: with `echo` it has no value. */
  readonly firstIsNull?: boolean
}

/** Rounding of 32 bits, and more. */
const ROUNDING = 1e-3

/** What is wrong with the log probabilities of a choice; undefined when they are good. */
export function flawOfLogprobs(choice: Choice, wanted: WantedLogprobs): string | undefined {
  const { tokens, uneven } = choice
  if (tokens === undefined || tokens.length === 0) return 'the answer has no log probabilities'
  return (
    (uneven === undefined ? undefined : `the lists differ in length: ${uneven}`) ??
    flawOfCount(choice, tokens.length, wanted.tokens) ??
    flawOfValues(tokens, wanted.firstIsNull === true) ??
    (wanted.top > 0 ? flawOfLists(tokens.slice(wanted.firstIsNull ? 1 : 0), wanted) : undefined) ??
    flawOfTexts(tokens, choice.text)
  )
}

/** The end token, which the usage counts, need not be listed. */
function flawOfCount(
  { finishReasons }: Choice,
  listed: number,
  counted: number | undefined,
): string | undefined {
  const isEnded = finishReasons.includes('stop')
  const isAll = counted === undefined || listed === counted || (isEnded && listed === counted - 1)
  return isAll ? undefined : `log probabilities of ${listed} tokens, the answer has ${counted}`
}

function flawOfValues(tokens: readonly ListedToken[], firstIsNull: boolean): string | undefined {
  const [first] = tokens
  if (firstIsNull && first?.logprob !== null)
    return `the first token of the prompt has the log probability ${first?.logprob}, nothing is before it: it has to be null`
  for (const [place, { token, logprob, top = [] }] of tokens.entries())
    for (const one of [{ token, logprob }, ...top]) {
      if (firstIsNull && place === 0) continue
      const flaw = flawOfValue(one.logprob)
      if (flaw) return `token ${place + 1}, ${quote(one.token)}, has the log probability ${flaw}`
    }
  return undefined
}

function flawOfValue(logprob: unknown): string | undefined {
  if (typeof logprob !== 'number' || !Number.isFinite(logprob)) return `${logprob}: no finite number`
  return logprob > ROUNDING ? `${logprob}: above 0, as no probability has it` : undefined
}

function flawOfLists(tokens: readonly ListedToken[], { top: asked, isExact }: WantedLogprobs) {
  const short = tokens.filter(({ top = [] }) => top.length < asked)
  const [first] = short
  // Where lists are objects by text, two tokens of one text are one; and OpenAI's may now and then be shorter.
  if (first && (isExact || short.length > tokens.length / 2))
    return `${asked} alternatives were asked for, ${short.length} of ${tokens.length} tokens list fewer: ${quote(first.token)} lists ${first.top?.length ?? 'none'}`
  for (const { token, top = [] } of tokens) {
    const sum = top.reduce((total, { logprob }) => total + Math.exp(Number(logprob)), 0)
    if (sum > 1 + 10 * ROUNDING)
      return `the alternatives of ${quote(token)} have a probability of ${sum.toFixed(3)} in all, more than 1`
  }
  const odd = tokens.filter((token) => !agrees(token))
  return odd[0] && odd.length > (isExact ? 0 : tokens.length / 2)
    ? `${quote(odd[0].token)} has the log probability ${odd[0].logprob}, its own list says otherwise: ${JSON.stringify(odd[0].top?.map(({ token, logprob }) => [token, logprob]))}`
    : undefined
}

/** Whether a token's value is the one that its own list gives, or below all of a list that it is not in. */
function agrees({ token, id, logprob, top = [] }: ListedToken): boolean {
  const same = top.filter((other) => other.token === token && other.id === id)
  const values = (list: typeof top) => list.map((other) => Number(other.logprob))
  if (same.length === 0) return Number(logprob) <= Math.min(...values(top)) + ROUNDING
  return values(same).some((value) => Math.abs(value - Number(logprob)) <= ROUNDING)
}

/** The text has to be made of the tokens in their order; tokens that are not shown (marks, a thought) may lie between. */
function flawOfTexts(tokens: readonly ListedToken[], text: string): string | undefined {
  const pieces = tokens.map(textOf)
  // Parts of a character have no text of their own, and ids alone have none.
  if (pieces.some((piece) => piece === undefined || piece.includes('\ufffd'))) return undefined
  const shown = visible(text)
  let ends = new Set([0])
  for (const piece of pieces.map((piece) => visible(piece ?? '')))
    ends = new Set([
      ...ends,
      ...[...ends].filter((at) => shown.startsWith(piece, at)).map((at) => at + piece.length),
    ])
  if (ends.has(shown.length)) return undefined
  const said = quote(pieces.join(''), 80)
  return `the tokens make ${said}, the text is ${quote(text, 80)}`
}

/** A tokenizer may lose the space before a token that stands alone. */
const visible = (text: string): string => text.replaceAll(/[\s▁ĠĊ]/gu, '')

function textOf({ token, id, bytes }: ListedToken): string | undefined {
  if (bytes) return Buffer.from(bytes).toString('utf8')
  return id !== undefined && token.startsWith('token_id:') ? undefined : token
}

/** The wire fields that ask for log probabilities, which each route spells in its own way. */
export const askingLogprobs = (route: GeneratingRoute, top: number): Readonly<Record<string, unknown>> =>
  route === 'chat' ? { logprobs: true, top_logprobs: top } : { logprobs: top }

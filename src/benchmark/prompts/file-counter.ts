import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HarnessError } from '../../errors.ts'
import { textOf } from './asked.ts'
import { readTextFile } from './read-text.ts'
import type { Counted, TokenCounter } from './token-counter.ts'

type Tokenizer = {
  encode(text: string, options?: { add_special_tokens?: boolean }): { ids: ArrayLike<number> }
}

/**
 * Counts by a tokenizer.json of Hugging Face's form, or the one in a folder of a model. Of a chat it counts the contents alone.
 * Throws `usage`, naming the file, where it is none.
 */
export async function openFileCounter(path: string): Promise<TokenCounter> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'tokenizer.json') : path
  const tokenizer = await loadTokenizer(file)
  const count = (text: Counted): number =>
    'prompt' in text
      ? tokenizer.encode(text.prompt).ids.length
      : text.messages
          .map(({ content }) => tokenizer.encode(textOf(content), { add_special_tokens: false }).ids.length)
          .reduce((sum, tokens) => sum + tokens, 0)
  return { by: 'tokenizer file', place: file, chat: 'text', count: async (texts) => texts.map(count) }
}

async function loadTokenizer(file: string): Promise<Tokenizer> {
  const refuse = (reason: string, cause?: unknown): never => {
    const next = 'Give the tokenizer.json of the model that is served, or --tokenizer server'
    throw new HarnessError('usage', `The tokenizer file ${file} cannot be used: ${reason}. ${next}.`, {
      cause,
    })
  }
  const definition = parse(readTextFile(file, 'tokenizer file'), refuse)
  const { model } = Object(definition)
  if (typeof model !== 'object' || model === null || Object(model).vocab === undefined)
    refuse('it is JSON without `model.vocab`, so no tokenizer.json')
  const { Tokenizer } = await import('@huggingface/tokenizers')
  try {
    const tokenizer = new Tokenizer(definition as object, settingsBeside(file))
    if (tokenizer.encode('Hello there').ids.length > 0) return tokenizer
  } catch (cause) {
    refuse(`its tokenizer cannot be built (${(cause as Error).message})`, cause)
  }
  return refuse('it has no token for an English word')
}

/** A few old models lower-case or strip a text as their tokenizer_config.json says; without one there is nothing of that kind. */
function settingsBeside(file: string): object {
  const settings = join(dirname(file), 'tokenizer_config.json')
  if (!existsSync(settings)) return {}
  try {
    return Object(JSON.parse(readTextFile(settings, 'tokenizer file')))
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause
    throw new HarnessError(
      'usage',
      `${settings}, beside the tokenizer file, is no JSON: correct it or take it away.`,
      {
        cause,
      },
    )
  }
}

function parse(text: string, refuse: (reason: string, cause: unknown) => never): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    return refuse(`it is no JSON (${(cause as Error).message})`, cause)
  }
}

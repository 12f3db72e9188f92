import { CAPABILITIES } from '../capabilities.ts'
import { didYouMean } from '../config/index.ts'
import { HarnessError } from '../errors.ts'
import { ALONE_REASONS, type DeclaredPromise, PROMISE_OPTIONS } from '../promises/index.ts'
import type { PromiseEntry } from '../records/index.ts'

/**
 * Holds what a user's suites declare to the words that are known: a mistyped need would turn its promise into one that never
 * applies. Throws `config-invalid` before anything is sent.
 */
export function requireKnownWords(promises: readonly DeclaredPromise[]): void {
  for (const { entry, definition } of promises) {
    const refuse = (message: string): never => invalid(`The promise ${entry.id} ${message}`)
    const { needs = [], tags = [], alone, check, says } = definition
    for (const option of Object.keys(definition).filter((key) => !among(PROMISE_OPTIONS, key)))
      refuse(`has an unknown option "${option}": ${didYouMean(option, PROMISE_OPTIONS)}`)
    if (!Array.isArray(needs)) refuse('has `needs` that are no list: write needs: ["chat"].')
    if (!Array.isArray(tags)) refuse('has `tags` that are no list: write tags: ["smoke"].')
    for (const need of needs.filter((name) => !among(CAPABILITIES, name)))
      refuse(`needs "${need}", which is no capability: ${didYouMean(String(need), CAPABILITIES)}`)
    if (alone !== undefined && !among(ALONE_REASONS, alone))
      refuse(`runs alone because it "${alone}", which is no reason: ${didYouMean(alone, ALONE_REASONS)}`)
    if (typeof check !== 'function') refuse('has no `check`: give it a function that calls `verify`.')
    if (typeof says !== 'string' || says === '')
      refuse('does not say what it promises: give it `says`, one sentence.')
  }
}

/** Throws `config-invalid` where two promises share an id. */
export function requireUnique(promises: readonly PromiseEntry[]): void {
  const seen = new Set<string>()
  for (const { id } of promises) {
    if (seen.has(id)) invalid(`The promise ${id} is declared twice: give one of them another id.`)
    seen.add(id)
  }
}

const among = (known: readonly string[], word: string): boolean => known.includes(word)

function invalid(message: string): never {
  throw new HarnessError('config-invalid', message)
}

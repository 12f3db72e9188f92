import type { Fields } from './fields.ts'
import type { Sampling } from './job.ts'
import { badValue } from './refusal.ts'

/** vLLM's own bounds, as vllm/sampling_params.py and a running 0.32 have them. */
const MAX_TEMPERATURE = 2
const MAX_N = 16_384
const MAX_STOPS = 4
/** Below this a temperature is raised to it, as vLLM does; 0 stays greedy. */
const MIN_TEMPERATURE = 0.01

export type SamplingDefaults = {
  readonly maxTokens: number
  readonly temperature: number
  /** The field that bounds the answer; `max_tokens` unless said. */
  readonly maxTokensField?: string
  /** 0 where an answer without a token has a sense. */
  readonly fewestTokens?: number
}

/** The sampling fields that both dialects share, within their bounds; else a 400 that names the field. */
export function readSampling(fields: Fields, defaults: SamplingDefaults): Sampling {
  const temperature = bounded(
    fields,
    'temperature',
    defaults.temperature,
    (value) => value >= 0,
    'non-negative',
  )
  if (temperature > MAX_TEMPERATURE)
    throw badValue('temperature', `temperature must be at most ${MAX_TEMPERATURE}, got ${temperature}.`)
  const { maxTokensField = 'max_tokens', fewestTokens = 1 } = defaults
  const maxTokens = fields.integer(maxTokensField) ?? defaults.maxTokens
  if (maxTokens < fewestTokens)
    throw badValue(maxTokensField, `${maxTokensField} must be at least ${fewestTokens}, got ${maxTokens}.`)
  const minTokens = fields.integer('min_tokens') ?? 0
  if (minTokens < 0)
    throw badValue('min_tokens', `min_tokens must be greater than or equal to 0, got ${minTokens}.`)
  if (minTokens > maxTokens)
    throw badValue(
      'min_tokens',
      `min_tokens must be less than or equal to max_tokens=${maxTokens}, got ${minTokens}.`,
    )
  const seed = fields.integer('seed')
  return {
    maxTokens,
    minTokens,
    temperature: temperature > 0 ? Math.max(temperature, MIN_TEMPERATURE) : 0,
    topP: bounded(fields, 'top_p', 1, (value) => value > 0 && value <= 1, 'in (0, 1]'),
    topK: readTopK(fields),
    minP: bounded(fields, 'min_p', 0, (value) => value >= 0 && value <= 1, 'in [0, 1]'),
    ...(seed === undefined ? {} : { seed }),
    stop: readStop(fields, 'stop'),
    includeStop: fields.boolean('include_stop_str_in_output') ?? false,
    ignoreEos: fields.boolean('ignore_eos') ?? false,
    presencePenalty: bounded(fields, 'presence_penalty', 0, (value) => Math.abs(value) <= 2, 'in [-2, 2]'),
    frequencyPenalty: bounded(fields, 'frequency_penalty', 0, (value) => Math.abs(value) <= 2, 'in [-2, 2]'),
    repetitionPenalty: bounded(fields, 'repetition_penalty', 1, (value) => value > 0, 'greater than zero'),
  }
}

export function readN(fields: Fields, temperature: number): number {
  const n = fields.integer('n') ?? 1
  if (n < 1 || n > MAX_N) throw badValue('n', `n must be between 1 and ${MAX_N}, got ${n}.`)
  if (n > 1 && temperature === 0) throw badValue('n', `n must be 1 when using greedy sampling, got ${n}.`)
  return n
}

export function readStop(fields: Fields, name: string): readonly string[] {
  const raw = fields.raw(name)
  const stop = typeof raw === 'string' ? [raw] : (fields.strings(name) ?? [])
  if (stop.includes('')) throw badValue(name, `${name} cannot contain an empty string.`)
  if (stop.length > MAX_STOPS)
    throw badValue(name, `${name} may hold at most ${MAX_STOPS} strings, got ${stop.length}.`)
  return stop
}

function readTopK(fields: Fields): number {
  const topK = fields.integer('top_k') ?? 0
  if (topK < -1) throw badValue('top_k', `top_k must be 0 (disable), -1 or at least 1, got ${topK}.`)
  return Math.max(0, topK)
}

function bounded(
  fields: Fields,
  name: string,
  fallback: number,
  isInside: (value: number) => boolean,
  bounds: string,
): number {
  const value = fields.number(name) ?? fallback
  if (!isInside(value)) throw badValue(name, `${name} must be ${bounds}, got ${value}.`)
  return value
}

import { freshMarker, type Random } from '../random.ts'
import type { GenerationRequest } from '../records/index.ts'

/** Markers that no model says by chance: what carries one comes from the request that carried it. */
export const markers = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => `${random.marker(5)}-${random.marker(5)}`)

/** The marker of another request inside a text; undefined when there is none. */
export const foreignMarker = (text: string, own: string, all: readonly string[]): string | undefined =>
  all.find((marker) => marker !== own && text.includes(marker))

/** The same request with a marker before its prompt that no request had before: nothing that keeps answers can answer it. */
export const fresh = <R extends Pick<GenerationRequest, 'prompt'>>(request: R): R => ({
  ...request,
  prompt: `[${freshMarker()}] ${request.prompt}`,
})

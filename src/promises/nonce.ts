import type { Random } from '../random.ts'

/** Markers that no model says by chance: what carries one comes from the request that carried it. */
export const markers = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => `${random.marker(5)}-${random.marker(5)}`)

/** The marker of another request inside a text; undefined when there is none. */
export const foreignMarker = (text: string, own: string, all: readonly string[]): string | undefined =>
  all.find((marker) => marker !== own && text.includes(marker))

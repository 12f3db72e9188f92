import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HarnessError } from '../../src/errors.ts'
import type { Annotations } from './tcpd-score.ts'

export type AnnotatedSeries = {
  readonly name: string
  /** One for each dimension, all equally long; null is a missing value. */
  readonly dimensions: readonly (readonly (number | null)[])[]
  readonly annotations: Annotations
  /** Never looked at while the defaults were chosen. */
  readonly isAside: boolean
}

/** The annotated series of a folder: `annotations.json` beside `datasets/NAME.json` or, as upstream has it, `datasets/NAME/NAME.json`. */
export function annotatedSeries(folder: string): readonly AnnotatedSeries[] {
  const file = join(folder, 'annotations.json')
  if (!existsSync(file))
    throw new HarnessError(
      'usage',
      `No annotations.json in ${folder}: name a folder of the Turing Change Point Dataset with --tcpd.`,
    )
  const marked: Readonly<Record<string, Annotations>> = JSON.parse(readFileSync(file, 'utf8'))
  const names = new Set(readdirSync(join(folder, 'datasets')).map((entry) => entry.replace(/\.json$/, '')))
  return [...names]
    .sort()
    .filter((name) => marked[name])
    .map((name) => ({
      name,
      dimensions: dimensionsOf(folder, name),
      annotations: marked[name] ?? {},
      isAside: isAside(name),
    }))
}

function dimensionsOf(folder: string, name: string): AnnotatedSeries['dimensions'] {
  const flat = join(folder, 'datasets', `${name}.json`)
  const file = existsSync(flat) ? flat : join(folder, 'datasets', name, `${name}.json`)
  const { series }: { series: readonly { raw: readonly (number | null)[] }[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  )
  return series.map(({ raw }) => raw)
}

/** By the name alone: seven of the 21 series that were at hand. */
const isAside = (name: string): boolean => /^[0-7]/.test(createHash('sha256').update(name).digest('hex'))

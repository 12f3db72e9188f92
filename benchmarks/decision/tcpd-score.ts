/** Change points that each annotator of a series marked, by the annotator's name: the first value of a new segment. */
export type Annotations = Readonly<Record<string, readonly number[]>>

/**
 * How well change points meet what five people marked, as van den Burg & Williams 2020 ("An Evaluation of Change Point Detection
 * Algorithms", arXiv:2003.06222, §4.2) count it. Index 0 counts as a change point on both sides.
 */
export type Score = { readonly f1: number; readonly cover: number }

export function scoreOf(annotations: Annotations, found: readonly number[], length: number): Score {
  const marked = Object.values(annotations).map((indexes) => sortedWithStart(indexes))
  const predicted = sortedWithStart(found)
  return { f1: f1Of(marked, predicted), cover: coverOf(marked, predicted, length) }
}

/** How far a found change point may lie from a marked one, in values. */
const MARGIN = 5

/** Precision against all that anybody marked, recall as the mean over the annotators. */
function f1Of(marked: readonly (readonly number[])[], predicted: readonly number[]): number {
  const anybody = sortedWithStart(marked.flat())
  const precision = metIn(anybody, predicted) / predicted.length
  const recall = meanOf(marked.map((one) => metIn(one, predicted) / one.length))
  return (2 * precision * recall) / (precision + recall)
}

/** How many marks have a prediction within the margin: each prediction meets one mark, its nearest is taken. */
function metIn(marks: readonly number[], predicted: readonly number[]): number {
  const free = new Set(predicted)
  let met = 0
  for (const mark of marks) {
    const near = [...free].filter((one) => Math.abs(one - mark) <= MARGIN)
    const nearest = near.sort((a, b) => Math.abs(a - mark) - Math.abs(b - mark))[0]
    if (nearest === undefined) continue
    met += 1
    free.delete(nearest)
  }
  return met
}

/** The mean over the annotators of Σ |A| / n · max over the found segments of their Jaccard index with A. */
function coverOf(
  marked: readonly (readonly number[])[],
  predicted: readonly number[],
  length: number,
): number {
  const found = segmentsOf(predicted, length)
  return meanOf(
    marked.map((one) =>
      segmentsOf(one, length).reduce(
        (sum, segment) =>
          sum +
          ((segment.to - segment.from) / length) * Math.max(...found.map((other) => jaccard(segment, other))),
        0,
      ),
    ),
  )
}

type Segment = { readonly from: number; readonly to: number }

const segmentsOf = (starts: readonly number[], length: number): readonly Segment[] =>
  starts.map((from, i) => ({ from, to: starts[i + 1] ?? length }))

function jaccard(a: Segment, b: Segment): number {
  const shared = Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))
  return shared / (a.to - a.from + b.to - b.from - shared)
}

const sortedWithStart = (indexes: readonly number[]): readonly number[] =>
  [...new Set([0, ...indexes])].sort((a, b) => a - b)

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

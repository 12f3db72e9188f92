import type { ChangePoint } from '../records/index.ts'

/** Where one level ends and the next begins: at one night for a step, with the nights of a ramp between them. */
export type Transition = {
  /** The first index that is not at the old level any more. */
  readonly from: number
  /** The first that is at the new one: the same for a step. */
  readonly to: number
  readonly kind: ChangePoint['kind']
  /** In which `from` lies at 95 %; of a ramp up to its end. */
  readonly interval: ChangePoint['interval']
}

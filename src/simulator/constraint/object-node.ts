import type { Node, Sink, Stack } from './automaton.ts'
import { ObjectOpening } from './object-frames.ts'
import { BEGINNING, ObjectPlan, type ObjectShape } from './object-plan.ts'
import type { Relaxable } from './union-node.ts'

export class ObjectNode implements Node, Relaxable {
  readonly #plan: ObjectPlan
  cost = Number.POSITIVE_INFINITY

  constructor(shape: ObjectShape) {
    this.#plan = new ObjectPlan(shape)
  }

  relax(): boolean {
    const cost = 1 + this.#plan.costFrom(BEGINNING)
    const fell = cost < this.cost
    this.cost = cost
    return fell
  }

  enter(below: Stack, out: Stack[]): void {
    out.push({ frame: new ObjectOpening(this.#plan), below })
  }

  complete(sink: Sink): void {
    new ObjectOpening(this.#plan).complete(sink)
  }
}

/** What kind of refusal it is, so that a fault can pick the ones it spoils. */
export type RefusalKind =
  | 'malformed'
  | 'encoding'
  | 'value'
  | 'too-long'
  | 'constraint'
  | 'not-found'
  | 'not-offered'
  | 'busy'
  | 'auth'
  | 'failed'

/** A request that the server will not or cannot serve. Thrown by the routes, rendered in the route's own envelope. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly kind: RefusalKind
  /** The request field at fault. */
  readonly param: string | null

  constructor(status: number, kind: RefusalKind, message: string, param: string | null = null) {
    super(message)
    this.status = status
    this.kind = kind
    this.param = param
  }
}

export const malformed = (message: string, param: string | null = null): Refusal =>
  new Refusal(400, 'malformed', message, param)

export const badValue = (param: string, message: string): Refusal => new Refusal(400, 'value', message, param)

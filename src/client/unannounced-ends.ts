import { isEndedByPeer } from './failure.ts'

/** One connection that the service ended is an accident (a restart, a balancer's change); two are its way. */
const KNOWN_FROM = 2

/** Is told why each connection is over; true once the service is known to end connections that it had not said it would end. */
export function unannouncedEnds(): (error: unknown) => boolean {
  let ended = 0
  return (error) => isEndedByPeer(error) && ++ended >= KNOWN_FROM
}

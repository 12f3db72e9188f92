import type { Failed, Reply } from '../records/index.ts'

/** A 404 that blames the model comes from a route that is there. */
export const isModelUnknown = ({ status, error }: Failed): boolean =>
  status === 404 && error !== undefined && (error.param === 'model' || /\bmodel\b/i.test(error.message))

/** The statuses by which servers say that a route does not exist, or not for this method. */
export const isAbsent = (status: number | undefined): boolean =>
  status === 404 || status === 405 || status === 501

/** The statuses by which a service, or what stands before it, keeps a route from us; one that sends people to a login does it by 302. */
export const isClosed = (status: number | undefined): boolean =>
  status === 401 || status === 403 || status === 302

export const isFound = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status <= 299

/** The status by which a reply tells whether its route is there; none where the answer blames the model. */
export const routeStatus = (reply: Reply): number | undefined =>
  reply.outcome === 'failed' && isModelUnknown(reply) ? undefined : reply.received?.status

import type { Service } from './service.ts'

/** A JSON body that no dialect makes, for `service.send`: with the model that is judged, where one is known. */
export const rawBody = ({ profile }: Service, fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...(profile.model !== undefined && { model: profile.model }), ...fields })

/** Tokens that a model may think before it answers a hand-made request; what turns a thought off is the chat route's alone. */
export const tokensToThink = ({ profile: { reasoning } }: Service): number =>
  reasoning ? 3 * reasoning.tokens + 32 : 0

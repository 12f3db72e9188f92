import type { ServiceAddress, TargetSpec } from '../records/index.ts'

/** What every kind's address takes over from its spec as it stands. */
export function addressOf(spec: TargetSpec, place: Pick<ServiceAddress, 'baseUrl' | 'urls'>): ServiceAddress {
  const { dialect, dialectModule, model, secretHeaders, tls } = spec
  return {
    dialect,
    ...(dialectModule === undefined ? {} : { dialectModule }),
    ...(model === undefined ? {} : { model }),
    ...(secretHeaders === undefined ? {} : { secretHeaders }),
    ...(tls === undefined ? {} : { tls }),
    ...place,
  }
}

/** The place whose port tells whether anything listens: where health is asked, or else where generations are. */
export function firstUrl({ urls = {}, baseUrl }: ServiceAddress): URL | undefined {
  const text = urls.health ?? baseUrl ?? urls.generate ?? urls.chat
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined
}

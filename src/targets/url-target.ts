import { HarnessError } from '../errors.ts'
import type { ServiceAddress, UrlTarget } from '../records/index.ts'
import { fillReferences } from '../references.ts'
import { addressOf, firstUrl } from './address.ts'
import type { Launch } from './launch.ts'
import { fillAll } from './placeholders.ts'

/** A service that already runs: nothing is started, nothing will be stopped. */
export const findUrl: Launch<UrlTarget> = async (spec) => {
  const address = addressOfUrl(spec)
  const url = firstUrl(address)
  if (!url)
    throw new HarnessError(
      'config-invalid',
      'A target of kind url needs `baseUrl` or `urls`: give one absolute URL.',
    )
  const description = {
    kind: spec.kind,
    dialect: spec.dialect,
    ...(spec.model === undefined ? {} : { model: spec.model }),
    url: withoutCredentials(address.baseUrl ?? url.href),
  }
  return { state: 'found', address, description }
}

/** Where it is reached, with its variables filled in. Throws `config-invalid` for one that has no value. */
export function addressOfUrl(spec: UrlTarget): ServiceAddress {
  const fill = (text: string) => fillReferences(text, process.env)
  return addressOf(spec, {
    ...(spec.baseUrl !== undefined && { baseUrl: fill(spec.baseUrl) }),
    ...(spec.urls && { urls: fillAll(spec.urls, fill) }),
  })
}

/** A user name or key inside a URL is a secret of the user's. */
export function withoutCredentials(text: string): string {
  // One with a variable in its host is a URL only once that is filled in.
  const url = URL.parse(text)
  if (!url) return text
  url.username = ''
  url.password = ''
  url.search = ''
  return url.href.replace(/\/$/, '')
}

import { HarnessError } from '../errors.ts'
import type { UrlTarget } from '../records/index.ts'
import { fillReferences } from '../references.ts'
import { addressOf, firstUrl } from './address.ts'
import type { Launch } from './launch.ts'
import { fillAll } from './placeholders.ts'

/** A service that already runs: nothing is started, nothing will be stopped. */
export const findUrl: Launch<UrlTarget> = async (spec) => {
  const fill = (text: string) => fillReferences(text, process.env)
  const baseUrl = spec.baseUrl === undefined ? undefined : fill(spec.baseUrl)
  const urls = spec.urls && fillAll(spec.urls, fill)
  const address = addressOf(spec, {
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(urls === undefined ? {} : { urls }),
  })
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
    url: withoutCredentials(baseUrl ?? url.href),
  }
  return { state: 'found', address, description }
}

/** A user name or key inside a URL is a secret of the user's. */
export function withoutCredentials(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.search = ''
  return url.href.replace(/\/$/, '')
}

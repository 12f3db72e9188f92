import { isIPv4 } from 'node:net'
import { HarnessError } from '../../errors.ts'
import type { PresetTarget } from './preset.ts'

/** An address and a port of this machine that Docker gives to a container. */
export type Published = { readonly address: string; readonly port: number }

/** Where the service is reached: what `publish` says, else what the target's URL says. Throws `config-invalid` for neither. */
export function publishedBy(publish: string | undefined, { name, url }: PresetTarget): Published {
  const given = publish === undefined ? addressOf(url) : addressOf(`http://${publish}`)
  if (given) return given
  const what =
    publish === undefined ? `The URL of ${name}${url === undefined ? '' : `, ${url},`}` : `"${publish}"`
  throw new HarnessError(
    'config-invalid',
    `${what} names no IPv4 address and port of this machine, on which Docker could publish the service: give targets.${name}.deploy.preset.publish, such as "127.0.0.1:8000"; nothing was run.`,
  )
}

function addressOf(url = ''): Published | undefined {
  const parsed = URL.parse(url)
  if (!parsed) return undefined
  const address = parsed.hostname === 'localhost' ? '127.0.0.1' : parsed.hostname
  return isIPv4(address) ? { address, port: Number(parsed.port || 80) } : undefined
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A secret that is easy to find: its characters differ in every encoding, and its name says where it was put. */
export const canary = (place: string): string => `cnry-${place}/"7q+Zk=${place.length}`

/** How a text may spell a value, worked out without the code that is tested. */
export function formsOf(value: string): ReadonlyMap<string, string> {
  const forms = new Map([
    ['plain', value],
    ['URL', encodeURIComponent(value)],
    ['URL in lower case', encodeURIComponent(value).replace(/%../g, (one) => one.toLowerCase())],
    ['URL path', encodeURI(value)],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['hex', Buffer.from(value).toString('hex')],
    ['HEX', Buffer.from(value).toString('hex').toUpperCase()],
  ])
  for (const alphabet of ['base64', 'base64url'] as const)
    for (const before of ['', '.', '..']) {
      // What stands before and behind shares a character with the value: the middle is the value's own.
      const whole = Buffer.from(`${before}${value}`).toString(alphabet).replaceAll('=', '')
      forms.set(
        `${alphabet} at ${before.length}`,
        whole.slice(before.length === 0 ? 0 : before.length + 1, -1),
      )
    }
  return forms
}

/** A text with the value in every form, as a service may say it back. */
export const soupOf = (values: readonly string[]): string =>
  values
    .flatMap((value) => {
      const padded = ['', '.', '..'].map((before) => Buffer.from(`${before}${value}..`))
      return [
        ...[...formsOf(value).values()].slice(0, 7),
        ...padded.flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')]),
      ]
    })
    .join(' ')

/** Where these values stand in what was written: `report.md: hex of cnry-…`. */
export function findCanaries(
  written: ReadonlyMap<string, string>,
  values: readonly string[],
): readonly string[] {
  return [...written].flatMap(([file, text]) =>
    values.flatMap((value) =>
      [...formsOf(value)].flatMap(([form, spelled]) =>
        text.includes(spelled) ? [`${file}: ${form} of ${value}`] : [],
      ),
    ),
  )
}

/** Every file below a folder by its path, byte for byte. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  )
}

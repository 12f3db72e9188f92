import { visible } from '../safe-text.ts'

export type Attributes = Readonly<Record<string, string | number>>

/** Text inside an element or an attribute: nothing in it is read as XML. */
export const escapeXml = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    // What XML 1.0 does not allow at all (§2.2), even escaped.
    .replace(/[\ufffe\uffff]/g, '\ufffd')

/** `<name a="1">children</name>`; children are XML already, numbers are written with at most one decimal. */
export function element(
  name: string,
  attributes: Attributes,
  children: string | readonly string[] = '',
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeXml(value)}"`)
    .join('')
  const inner = typeof children === 'string' ? children : children.join('')
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`
}

export const textAt = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escapeXml(text))

const short = (value: number): string => String(Math.round(value * 10) / 10)

import { visible } from './safe-text.ts'

/** What XML 1.0 cannot hold in any spelling, beside the control characters that are made visible anyway. */
const NOT_XML = /[\ufffe\uffff]/g

/** Text between two tags. */
export const xmlContent = (text: string): string =>
  visible(text)
    .replace(NOT_XML, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** A parser turns plain line ends and tabs of an attribute into spaces, so they are written as references. */
export const xmlAttribute = (text: string): string =>
  xmlContent(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')

/** A non-negative decimal number, digit by digit: bounds are compared as written, never as binary fractions. */
export type Decimal = {
  /** Without leading zeros; `0` for a number below 1. */
  readonly integer: string
  /** Without trailing zeros. */
  readonly fraction: string
}

/** The shortest decimal that reads back as `value` (ECMA-262 Number::toString), its exponent written out. */
export function toDecimal(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const padded = digits.padEnd(point, '0').padStart(digits.length - Math.min(point, 0) + 1, '0')
  const at = padded.length - Math.max(digits.length, point) + point
  return {
    integer: padded.slice(0, at).replace(/^0+(?=.)/, ''),
    fraction: padded.slice(at).replace(/0+$/, ''),
  }
}

import { classEscape, DOT } from './char-classes.ts'
import { type CharSet, codePoint, complement, range, union } from './char-set.ts'
import { refuse } from './constraint-error.ts'
import type { Regex } from './regex-syntax.ts'

const MAX_PATTERN_LENGTH = 10_000
const MAX_GROUP_DEPTH = 100
/** `a{100000}` would only build a huge automaton. */
const MAX_REPEAT = 4096

/** Parses the regular part of ECMAScript's syntax; whatever is not regular or not known is refused, never skipped. */
export function parseRegex(pattern: string): Regex {
  const chars = [...pattern]
  if (chars.length > MAX_PATTERN_LENGTH) refuse('regex', `longer than ${MAX_PATTERN_LENGTH} characters`)
  if (/\p{Surrogate}/u.test(pattern)) refuse('regex', 'holds a lone surrogate')
  return new RegexParser(chars).parse()
}

class RegexParser {
  readonly #chars: readonly string[]
  #at = 0
  #depth = 0

  constructor(chars: readonly string[]) {
    this.#chars = chars
  }

  parse(): Regex {
    const regex = this.#choice()
    if (this.#at < this.#chars.length) this.#fail('unmatched )')
    return regex
  }

  #peek(ahead = 0): string | undefined {
    return this.#chars[this.#at + ahead]
  }

  #take(): string {
    return this.#chars[this.#at++] ?? this.#fail('ends too early')
  }

  #skip(text: string): boolean {
    if (this.#chars.slice(this.#at, this.#at + text.length).join('') !== text) return false
    this.#at += text.length
    return true
  }

  #fail(why: string): never {
    return refuse('regex', `${why} at character ${this.#at} of /${this.#chars.join('').slice(0, 80)}/`)
  }

  #choice(): Regex {
    if (++this.#depth > MAX_GROUP_DEPTH) this.#fail('groups nested too deep')
    const options = [this.#sequence()]
    while (this.#skip('|')) options.push(this.#sequence())
    this.#depth--
    const [only] = options
    return only && options.length === 1 ? only : { kind: 'choice', options }
  }

  #sequence(): Regex {
    const items: Regex[] = []
    for (let char = this.#peek(); char !== undefined && char !== '|' && char !== ')'; char = this.#peek())
      items.push(this.#quantified(this.#atom()))
    return { kind: 'sequence', items }
  }

  #atom(): Regex {
    const char = this.#take()
    if (char === '^') return { kind: 'at-start' }
    if (char === '$') return { kind: 'at-end' }
    if (char === '.') return { kind: 'set', set: DOT }
    if (char === '[') return { kind: 'set', set: this.#charClass() }
    if (char === '(') return this.#group()
    if (char === '\\') return { kind: 'set', set: this.#escape() }
    if ('*+?{'.includes(char)) this.#fail(`nothing to repeat before ${char}`)
    return { kind: 'set', set: range(codePoint(char), codePoint(char)) }
  }

  #group(): Regex {
    if (this.#peek() === '?') this.#groupPrefix()
    const inside = this.#choice()
    if (!this.#skip(')')) this.#fail('unclosed (')
    return inside
  }

  #groupPrefix(): void {
    if (this.#skip('?:')) return
    const named = /^\?P?<[A-Za-z_]\w*>/.exec(this.#chars.slice(this.#at, this.#at + 100).join(''))
    if (named) this.#at += named[0].length
    else this.#fail('lookaround and inline flags are not supported: (?')
  }

  #quantified(item: Regex): Regex {
    const bounds = this.#quantifier()
    if (!bounds) return item
    if (item.kind === 'at-start' || item.kind === 'at-end') this.#fail('an anchor cannot be repeated')
    // A lazy quantifier names the same language as a greedy one; a possessive one does not.
    if (!this.#skip('?') && this.#peek() === '+') this.#fail('possessive quantifiers are not supported')
    if (['*', '+', '?', '{'].includes(this.#peek() ?? '')) this.#fail('nothing to repeat')
    return { kind: 'repeat', item, ...bounds }
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#skip('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.#skip('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.#skip('?')) return { min: 0, max: 1 }
    if (!this.#skip('{')) return undefined
    const min = this.#integer() ?? this.#fail('a number is missing after {')
    const max = this.#skip(',') ? (this.#integer() ?? Number.POSITIVE_INFINITY) : min
    if (!this.#skip('}')) this.#fail('unclosed {')
    if (min > max) this.#fail(`{${min},${max}} is out of order`)
    return { min, max }
  }

  #integer(): number | undefined {
    let digits = ''
    while (/^[0-9]$/.test(this.#peek() ?? '')) digits += this.#take()
    if (digits === '') return undefined
    if (Number(digits) > MAX_REPEAT) this.#fail(`repeat count ${digits} is above ${MAX_REPEAT}`)
    return Number(digits)
  }

  #charClass(): CharSet {
    const negated = this.#skip('^')
    let set: CharSet = []
    while (!this.#skip(']')) {
      const low = this.#classMember()
      if (this.#peek() !== '-' || this.#peek(1) === ']') {
        set = union(set, low)
        continue
      }
      this.#take()
      set = union(set, this.#classRange(low, this.#classMember()))
    }
    return negated ? complement(set) : set
  }

  #classRange(low: CharSet, high: CharSet): CharSet {
    const [first, last] = [single(low), single(high)]
    if (first === undefined || last === undefined) return this.#fail('a class cannot bound a range')
    if (first > last) this.#fail('range out of order in a class')
    return range(first, last)
  }

  #classMember(): CharSet {
    const char = this.#take()
    if (char !== '\\') return range(codePoint(char), codePoint(char))
    if (this.#skip('b')) return range(8, 8)
    if (this.#skip('-')) return range(0x2d, 0x2d)
    return this.#escape()
  }

  #escape(): CharSet {
    const char = this.#take()
    const set = classEscape(char)
    if (set) return set
    const point = this.#escapedPoint(char)
    return range(point, point)
  }

  #escapedPoint(char: string): number {
    const control = { t: 9, n: 10, v: 11, f: 12, r: 13 }[char]
    if (control !== undefined) return control
    if (char === '0' && !/^[0-9]$/.test(this.#peek() ?? '')) return 0
    if (char === 'x') return this.#hex(2)
    if (char === 'u') return this.#unicode()
    if (/^[1-9k]$/.test(char)) this.#fail('backreferences are not supported')
    if (/^[A-Za-z0-9]$/.test(char)) this.#fail(`\\${char} is not supported`)
    return codePoint(char)
  }

  #unicode(): number {
    if (!this.#skip('{')) return this.#scalar(this.#hex(4))
    let digits = ''
    while (!this.#skip('}')) digits += this.#take()
    if (!/^[0-9A-Fa-f]{1,6}$/.test(digits)) this.#fail('bad \\u{…}')
    return this.#scalar(Number.parseInt(digits, 16))
  }

  #hex(length: number): number {
    const digits = this.#chars.slice(this.#at, this.#at + length).join('')
    if (digits.length !== length || !/^[0-9A-Fa-f]+$/.test(digits)) this.#fail('bad hexadecimal escape')
    this.#at += length
    return Number.parseInt(digits, 16)
  }

  #scalar(point: number): number {
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) this.#fail('not a Unicode character')
    return point
  }
}

function single(set: CharSet): number | undefined {
  const [only] = set
  return only && set.length === 1 && only[0] === only[1] ? only[0] : undefined
}

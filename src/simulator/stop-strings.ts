/** Text in, text out; keeps back what may be the beginning of a stop string, as vLLM's output processor does. */
export class StopStrings {
  readonly #stops: readonly string[]
  readonly #include: boolean
  readonly #holdBack: boolean
  /** One less than the longest stop string: how far back a match can begin. */
  readonly #reach: number
  #sent = ''
  #kept = ''
  #fired: string | undefined

  constructor(stops: readonly string[], options: { include: boolean; holdBack: boolean }) {
    this.#stops = stops
    this.#include = options.include
    this.#holdBack = options.holdBack && !options.include
    this.#reach = Math.max(0, ...stops.map((stop) => stop.length - 1))
  }

  /** The stop string that ended the text. */
  get fired(): string | undefined {
    return this.#fired
  }

  push(text: string): string {
    const seen = this.#sent + this.#kept + text
    const from = this.#sent.length
    const hit = this.#firstHit(seen)
    if (hit) {
      this.#fired = hit.stop
      this.#kept = ''
      return seen.slice(from, Math.max(from, hit.at + (this.#include ? hit.stop.length : 0)))
    }
    const until = this.#holdBack
      ? wholeCharacters(seen, Math.max(from, seen.length - this.#reach))
      : seen.length
    this.#kept = seen.slice(until)
    this.#sent = this.#reach === 0 ? '' : seen.slice(0, until).slice(-this.#reach)
    return seen.slice(from, until)
  }

  /** Lets text through unlooked at. */
  pass(text: string): string {
    this.#sent = ''
    return this.flush() + text
  }

  /** What was still kept back when the text ended without a stop string. */
  flush(): string {
    const rest = this.#kept
    this.#kept = ''
    return rest
  }

  #firstHit(text: string): { stop: string; at: number } | undefined {
    return this.#stops
      .map((stop) => ({ stop, at: text.indexOf(stop) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0]
  }
}

/** Never cuts a surrogate pair in two: half a character cannot be sent as UTF-8. */
function wholeCharacters(text: string, until: number): number {
  const code = text.charCodeAt(until - 1)
  return code >= 0xd800 && code <= 0xdbff ? until - 1 : until
}

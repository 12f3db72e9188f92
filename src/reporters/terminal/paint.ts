import { styleText } from 'node:util'

/** What colours mean. Each stands beside a sign or a word that says the same. */
export type Tone = 'good' | 'bad' | 'open' | 'quiet' | 'strong'

export type Paint = (tone: Tone | readonly Tone[], text: string) => string

const STYLE = {
  good: 'green',
  bad: 'red',
  open: 'yellow',
  quiet: 'dim',
  strong: 'bold',
} as const satisfies Record<Tone, string>

/** Colours where they are wanted, else the text as it is. */
export const paintWith =
  (color: boolean): Paint =>
  (tone, text) => {
    if (!color || text === '') return text
    const tones = typeof tone === 'string' ? [tone] : tone
    return styleText(
      tones.map((one) => STYLE[one]),
      text,
      { validateStream: false },
    )
  }

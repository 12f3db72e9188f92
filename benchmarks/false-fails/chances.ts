import { chances } from '../../src/promises/testing/alike-chances.ts'
import { chanceOfLost } from '../../src/promises/testing/lost-chance.ts'
import { rateUpperBound } from '../../src/statistics/index.ts'
import type { Drawn } from './measured.ts'
import type { PairKind } from './pairs.ts'

/** Why a healthy service may fail a check by chance, and how often. */
export type Chance =
  | {
      /** Each draw may show it; promises with one event share their draws. */
      readonly by: 'draws'
      readonly event: keyof typeof EVENTS
    }
  | {
      readonly by: 'formula'
      readonly event: string
      readonly formula: string
      /** Undefined where it rests on pairs that were not drawn. */
      readonly chance: (drawn: Drawn | undefined) => number | undefined
    }

/** What breaks a promise in a draw, and why a service that keeps it cannot draw that. */
export const EVENTS = {
  'no good answer': {
    says: 'an answer at temperature 1 has more than three tokens and no text, or a finish reason that is none',
    why: 'each token but the markers of a turn has a text, and the service counts its tokens',
  },
  'a wrong count': {
    says: 'an answer at temperature 1 counts more or fewer tokens than were set',
    why: 'whatever is drawn, the number of tokens is set',
  },
  'no match': {
    says: 'an answer at temperature 1 does not match its pattern, or is none of its choices',
    why: 'no token is drawn that the constraint forbids',
  },
  'a broken schema': {
    says: 'an answer at temperature 1 is no JSON or breaks its schema',
    why: 'no token is drawn that the constraint forbids; what no grammar forbids (a repeated key, the days of a month) is not judged',
  },
  'no end': {
    says: 'an answer at temperature 1 runs on, though 93 bytes hold any that the schema allows',
    why: 'each token brings a byte, and 160 are allowed',
  },
} as const

const draws = (event: keyof typeof EVENTS): Chance => ({ by: 'draws', event })

/** Values of a letter or digit: what markers are made of. */
const SYMBOLS = 36
/** Characters of an answer of 96 tokens, at most: long tokens of usual vocabularies have 16. */
const CHARACTERS = 1_536

/** A marker that was drawn for one request stands in the text of another: whatever that text is, each of its places is a chance. */
const markersIn = (answers: number, others: number, length: number): Chance => ({
  by: 'formula',
  event: "a text holds another request's marker by chance",
  formula: `${answers} answers · ${others} markers · ${CHARACTERS} places · 36^−${length}`,
  chance: () => answers * others * CHARACTERS * SYMBOLS ** -length,
})

/** Both routes, each judged by itself. */
const ROUTES = 2

/** The 95 % upper limit of the share of pairs that differ. */
function differing(drawn: Drawn | undefined, kind: PairKind): number | undefined {
  const seen = drawn?.pairs[kind]
  return seen && rateUpperBound(seen.differing, seen.pairs)
}

/** What the pairs of src/promises/alike.ts come to: the first three differ, and so many of the others that batching does not explain it. */
const WALD = 'P(Wald’s test says “different”)'

/** Texts of so many tokens in the first three pairs, and in those after them. */
const turned = (kind: PairKind, first: number, further: number): Chance => ({
  by: 'formula',
  event: 'the batch turns one text of a pair, in too many pairs',
  formula: `2 routes · ${WALD}, texts of ${first} and ${further} tokens, each turned as often as the upper limit of ${kind} pairs says`,
  chance(drawn) {
    const rate = turnRate(drawn, kind)
    return rate && turnedAt(rate, first, further)
  },
})

/** The chance of a token to turn, at most: the upper limit of the pairs that differ, spread over the tokens of a text. */
export function turnRate(drawn: Drawn | undefined, kind: PairKind): number | undefined {
  const share = differing(drawn, kind)
  return share && 1 - (1 - share) ** (1 / TOKENS)
}

/** The chance that pairs whose tokens turn fail a service, where each token turns with this chance. */
export const turnedAt = (perToken: number, first: number, further: number): number =>
  ROUTES * chances((1 - perToken) ** first, (1 - perToken) ** further).different

/** The sum of p⁶ over all texts is at most the third power of the sum of p²: the 6-norm is at most the 2-norm. */
function sixAlike(drawn: Drawn | undefined): number | undefined {
  const twins = drawn?.pairs.twins
  return twins && ROUTES * rateUpperBound(twins.pairs - twins.differing, twins.pairs) ** 3
}

const sixAreOne = (event: string): Chance => ({
  by: 'formula',
  event,
  formula: '2 routes · c³, c the upper limit of the chance that two are one text',
  chance: sixAlike,
})

/** The tokens of a text of the pairs that were drawn (`inPair`). */
const TOKENS = 24

/** Tokens of a marker of eleven characters, at most as far as was seen. */
const MARKER_TOKENS = 8

/** Another request's marker, or own ones that a batch took from eleven of 32 texts or more, whose requests give them back when asked alone. */
const ownMarkersIn = (answers: number, others: number, length: number): Chance => {
  const foreign = markersIn(answers, others, length)
  if (foreign.by !== 'formula') return foreign
  return {
    by: 'formula',
    event: `${foreign.event}, or the batch takes eleven texts their own`,
    formula: `${foreign.formula} + P(Wald’s test says “lost”), texts of ${MARKER_TOKENS} tokens, each turned as often as the upper limit of greedy pairs says`,
    chance(drawn) {
      const [rate, byChance] = [turnRate(drawn, 'greedy'), foreign.chance(drawn)]
      return rate && byChance && byChance + chanceOfLost(1 - (1 - rate) ** MARKER_TOKENS)
    },
  }
}

export const CHANCES: Readonly<Record<string, Chance>> = {
  'lifecycle.counters-add-up': draws('a wrong count'),
  'lifecycle.returns-to-idle': draws('no good answer'),
  'lifecycle.keeps-its-process': draws('no good answer'),
  'generation.answers-every-time': draws('no good answer'),
  'generation.keeps-the-cap': draws('a wrong count'),
  'generation.keeps-the-floor': draws('a wrong count'),
  'generation.answers-in-parallel': draws('no good answer'),
  'generation.serves-a-crowd': draws('no good answer'),
  'generation.keeps-requests-apart': ownMarkersIn(32, 31, 10),
  'generation.keeps-constrained-requests-apart': markersIn(32, 31, 10),
  'generation.keeps-seeds': {
    by: 'formula',
    event:
      'the batch turns one text of a pair, in too many pairs; or six answers without a seed are one text at temperature 1.5',
    formula: `2 routes · (${WALD}, texts of 24 and 16 tokens, each turned as often as the upper limit of seeded pairs says; c³ beside it)`,
    chance(drawn) {
      const [rate, alike] = [turnRate(drawn, 'seeded'), sixAlike(drawn)]
      return rate && alike && turnedAt(rate, 24, 16) + alike
    },
  },
  'generation.samples-freely': sixAreOne('six answers at temperature 1.5 are one text'),
  'generation.gives-n-choices': sixAreOne(
    'three choices of one request are one text at temperature 1.5, twice',
  ),
  'generation.copies-keep-seeds': {
    by: 'formula',
    event:
      'the batch turns a choice of one request of a pair, in too many pairs; or three choices are one text, twice',
    formula: `2 routes · (${WALD}, two choices of 12 and of 8 tokens, each turned as often as the upper limit of seeded pairs says; c³ beside it)`,
    chance(drawn) {
      const [rate, twice] = [turnRate(drawn, 'seeded'), sixAlike(drawn)]
      return rate && twice && turnedAt(rate, 24, 16) + twice
    },
  },
  'generation.is-greedy-at-zero': turned('greedy', 24, 16),
  'generation.is-greedy-in-company': turned('greedy', 24, 16),
  'generation.stop-that-never-comes': {
    by: 'formula',
    event: 'the batch turns one text of a pair, in too many pairs',
    formula: `2 routes · 2 forms · ${WALD}, texts of 24 and 16 tokens, each turned as often as the upper limit of streamed pairs says`,
    chance(drawn) {
      const rate = turnRate(drawn, 'streamed')
      return rate && 2 * turnedAt(rate, 24, 16)
    },
  },
  'streaming.heeds-every-field': {
    by: 'formula',
    event: 'the batch turns one text of a pair, in too many pairs',
    formula: `7 fields · 2 routes · ${WALD}, texts of 16 tokens, each turned as often as the upper limit of streamed pairs says`,
    chance(drawn) {
      const rate = turnRate(drawn, 'streamed')
      return rate && 7 * turnedAt(rate, 16, 16)
    },
  },
  'forms.reads-every-part': turned('greedy', 16, 16),
  'forms.null-is-absent': {
    by: 'formula',
    event: 'the batch turns one text of a pair, in too many pairs',
    formula: `2 cases · 2 routes · ${WALD}, texts of 16 tokens, each turned as often as the upper limit of seeded pairs says`,
    chance(drawn) {
      const rate = turnRate(drawn, 'seeded')
      return rate && 2 * turnedAt(rate, 16, 16)
    },
  },
  'forms.answers-each-prompt': turned('greedy', 18, 18),
  'identity.answers-anew': {
    by: 'formula',
    event: 'six answers at temperature 1.5 are one text',
    formula: '2 routes · 2 forms · c³, c the upper limit of the chance that two are one text',
    chance(drawn) {
      const twins = drawn?.pairs.twins
      return twins && 4 * rateUpperBound(twins.pairs - twins.differing, twins.pairs) ** 3
    },
  },
  'identity.answers-each': {
    by: 'formula',
    event: 'six answers at temperature 1.5 are one text',
    formula: '2 routes · c³, c the upper limit of the chance that two are one text',
    chance(drawn) {
      const twins = drawn?.pairs.twins
      return twins && ROUTES * rateUpperBound(twins.pairs - twins.differing, twins.pairs) ** 3
    },
  },
  'streaming.ends-properly': draws('no good answer'),
  'streaming.equals-full': {
    by: 'formula',
    event: 'one text is cut into tokens in two ways, in too many pairs',
    formula: `2 routes · ${WALD} at the upper limit of counted pairs that differ`,
    chance(drawn) {
      const share = differing(drawn, 'counted')
      return share && ROUTES * chances(1 - share, 1 - share).different
    },
  },
  'streaming.equals-full-greedy': turned('streamed', 20, 20),
  'streaming.keeps-flowing': draws('no good answer'),
  'streaming.keeps-streams-apart': ownMarkersIn(32, 31, 10),
  'structured-outputs.regex-binds': draws('no match'),
  'structured-outputs.choice-binds': draws('no match'),
  'structured-outputs.every-pattern-binds': draws('no match'),
  'structured-outputs.binds-beside-other-fields': draws('a broken schema'),
  'structured-outputs.holds-strings': draws('a broken schema'),
  'structured-outputs.holds-values': draws('a broken schema'),
  'structured-outputs.holds-numbers': draws('a broken schema'),
  'structured-outputs.holds-objects': draws('a broken schema'),
  'structured-outputs.holds-arrays': draws('a broken schema'),
  'structured-outputs.holds-references': draws('a broken schema'),
  'structured-outputs.holds-or-refuses': draws('a broken schema'),
  'structured-outputs.answers-are-json': draws('a broken schema'),
  'structured-outputs.answers-end': draws('no end'),
  'structured-outputs.keeps-constraints-apart': markersIn(32, 24, 10),
}

/** Checks that count what they see and draw nothing, by why they come out alike in every run on one service. */
export const NOT_DRAWN: Readonly<Record<string, readonly string[]>> = {
  'Requests that no service may serve, and plain ones at temperature 0: the same in every run.': [
    ...['broken-json', 'bad-utf8', 'wrong-content-type', 'missing-prompt', 'wrong-types', 'empty-prompt'],
    ...[
      'bad-parameters',
      'unknown-model',
      'wrong-method',
      'too-long-prompt',
      'too-many-tokens',
      'bad-schema',
    ],
    ...[
      'bad-pattern',
      'malformed-constraint',
      'refuses-streamed',
      'dev-routes-closed',
      'large-body',
      'says-why',
    ],
    ...['no-traceback', 'lives-on', 'keeps-its-envelope', 'keeps-secrets', 'bad-tools'],
  ].map((name) => `errors.${name}`),
  'The most that may be asked for, at temperature 0: lengths are set, and texts are compared by half of their length alone.':
    [...['fills-its-context', 'takes-large-requests', 'finishes-long-streams']].map(
      (name) => `generation.${name}`,
    ),
  'An answer is held against its own numbers: whatever is drawn, each token has them, or was the only one left to draw.':
    [...['generation.gives-logprobs', 'generation.narrows-the-draw']],
  'Times alone: what a busy machine explains is inconclusive, the rest is no chance of the draw.': [
    ...['health.is-quick', 'health.quick-under-load', 'lifecycle.warm-is-not-cold', 'lifecycle.starts-alike'],
    ...['lifecycle.no-time-outside-generation', 'lifecycle.stays-quick', 'streaming.ends-its-response'],
    ...['lifecycle.stays-loaded-when-idle', 'generation.serves-together'],
  ],
  'Ids, times and names of answers: whatever is drawn, these are not.': [
    ...['one-answer-is-one', 'says-its-model', 'echoes-request-ids'].map((name) => `identity.${name}`),
  ],
  'Temperature 0: the same answers in every run, and a text that a batch turned proves nothing.': [
    ...['health.keeps-agreeing', 'generation.ends-its-turn', 'generation.speaks-text'],
    ...['generation.stops-at-a-stop', 'forms.counts-alike'],
    ...['generation.thinks-then-answers', 'streaming.holds-stops-back', 'streaming.survives-disconnects'],
    ...['structured-outputs.cut-answers-say-length'],
  ],
}

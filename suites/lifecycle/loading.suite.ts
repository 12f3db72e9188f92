import { good, inParallel, inTurn, median, PROBE, probe, promise, verifyInTime } from '#infergate'

/** Warm answers may take this share of the cold start at most (the rule of the verdict, seen from one request). */
const WARM_TO_COLD = 0.3
/** A warm call within this time has loaded nothing. */
const NO_RELOAD_MS = 100
/** A cold start shorter than this is no load of a model: nothing to compare with. */
const LEAST_COLD_MS = 300
/** Time of a warm call that the service does not call generation: network, queue, framework. Not a model's load. */
const OUTSIDE_GENERATION_MS = 500
/** Two calls at the beginning and two at the end: fewer would compare one hiccup with one answer. */
const ENOUGH_CALLS = 6

promise('lifecycle.every-start-generates', {
  says: 'every start of the service ends in a good generation',
  tags: ['smoke'],
  async check({ service, verify, notApplicable }) {
    if (service.boots.length === 0) notApplicable('no start of this service was watched')
    for (const { index, outcome, reason } of service.boots)
      verify(outcome === 'generating', `start ${index} never generated: ${reason ?? 'no reason is known'}`)
  },
})

promise('lifecycle.warm-is-not-cold', {
  says: 'a warm call takes a small part of the cold start: the model stays loaded',
  alone: 'times',
  async check({ service, inconclusive, notApplicable, sampled }) {
    const cold = service.boots.filter(({ origin }) => origin === 'started').at(-1)
    const coldMs = cold?.firstGenerationMs
    if (coldMs === undefined) notApplicable('this service was not started here: its cold start is unknown')
    else if (coldMs < LEAST_COLD_MS)
      notApplicable(`its cold start takes ${Math.round(coldMs)} ms: no load to compare with`)
    else {
      const calls = await inParallel(6, 1, () => probe(service))
      sampled(calls.length)
      const times = calls.map(({ timing }) => timing.e2eMs)
      const [limitMs, warmMs] = [Math.max(NO_RELOAD_MS, WARM_TO_COLD * coldMs), median(times)]
      const seen =
        `warm calls take ${Math.round(warmMs)} ms, the cold start ${Math.round(coldMs)} ms: ` +
        `more than ${WARM_TO_COLD} of it, as if the model were loaded for each request`
      // Six calls above a limit on which their median lies are seen once in 64 runs; three or four of them often.
      const excess = { tookMs: Math.min(...times), limitMs, isRelative: limitMs > NO_RELOAD_MS }
      verifyInTime(excess, seen, ...calls)
      if (warmMs > limitMs) inconclusive(`${seen}; but some calls do not, and the benchmark tells`, ...calls)
    }
  },
})

promise('lifecycle.no-time-outside-generation', {
  says: 'a warm call takes about as long as the service says that it generated',
  needs: ['reported-time'],
  alone: 'times',
  async check({ service, verify, inconclusive, sampled }) {
    await probe(service)
    const calls = await inParallel(6, 1, () => probe(service))
    const outside = calls.flatMap(({ timing, reported }) =>
      reported.generationMs === undefined ? [] : [timing.e2eMs - reported.generationMs],
    )
    if (outside.length === 0) inconclusive('no answer says how long it was generated', ...calls)
    sampled(outside.length)
    const middleMs = median(outside)
    verifyInTime(
      { tookMs: middleMs, limitMs: OUTSIDE_GENERATION_MS },
      `warm calls spend ${Math.round(middleMs)} ms outside the generation that the service reports`,
      ...calls,
    )
    verify(
      middleMs >= -50,
      `the service reports ${Math.round(-middleMs)} ms more than the call took`,
      ...calls,
    )
  },
})

promise('lifecycle.stays-quick', {
  says: 'the last of fifteen calls is as quick as the first',
  alone: 'times',
  async check({ service, sampled, leftMs }) {
    // Equal requests: answers of other lengths would look like calls of another pace.
    const calls = await inTurn(15, leftMs, async () => good(await service.generate(PROBE)))
    sampled(calls.length, ENOUGH_CALLS)
    const tookMs = calls.map(({ timing }) => timing.e2eMs)
    const third = Math.ceil(tookMs.length / 3)
    const [first, last] = [median(tookMs.slice(0, third)), median(tookMs.slice(-third))]
    verifyInTime(
      { tookMs: last, limitMs: 3 * first + 100, isRelative: true },
      `calls grow slower: ${Math.round(first)} ms at first, ${Math.round(last)} ms after ${tookMs.length}`,
    )
  },
})

promise('lifecycle.starts-alike', {
  says: 'a later start is not slower than the first',
  alone: 'times',
  async check({ service, notApplicable, sampled }) {
    const [first, ...later] = service.boots
      .filter(({ origin }) => origin === 'started')
      .flatMap(({ firstGenerationMs }) => firstGenerationMs ?? [])
    if (first === undefined || later.length === 0) notApplicable('fewer than two starts were watched')
    else {
      sampled(later.length)
      // A cache that is filled once makes the first start the slow one; the room is for noise.
      for (const laterMs of later)
        verifyInTime(
          { tookMs: laterMs, limitMs: 1.5 * first + 2_000, isRelative: true },
          `the first start took ${Math.round(first)} ms, a later one ${Math.round(laterMs)} ms`,
        )
    }
  },
})

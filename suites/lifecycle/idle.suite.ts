import { completed, flawOf, inParallel, median, PROBE, probe, promise, verifyInTime } from '#infergate'

/** Without a request for so long; a service that is put away sooner would be put away between two of any client's. */
const GAP_MS = 2_500
/** A first call after a pause may be a little slower: clocks that sleep, a connection that was closed. */
const WAKING_MS = 250
/** Round trips of a new connection. */
const ROUND_TRIPS = 4
/** What loads in less time than this is put away and loaded again without harm. */
const LEAST_COLD_MS = 1_000
/** A load comes after each gap; what else may be slow once is not slow twice. */
const GAPS = 2

promise('lifecycle.stays-loaded-when-idle', {
  says: 'after some seconds without a request the next one is answered like any other: nothing is loaded again',
  alone: 'times',
  async check({ service, clock, verify, notApplicable, sampled }) {
    const coldMs = service.boots.filter(({ origin }) => origin === 'started').at(-1)?.firstGenerationMs
    if (coldMs !== undefined && coldMs < LEAST_COLD_MS)
      notApplicable(`its cold start takes ${Math.round(coldMs)} ms: to load again would do no harm`)
    const warmMs = median((await inParallel(3, 1, () => probe(service))).map(({ timing }) => timing.e2eMs))
    const limitMs = 2 * warmMs + WAKING_MS + ROUND_TRIPS * (service.profile.pace?.networkMs ?? 0)
    const afterMs: number[] = []
    for (let gap = 0; gap < GAPS; gap++) {
      await clock.sleep(GAP_MS)
      const first = completed(
        await service.generate(PROBE),
        `the first request after ${GAP_MS} ms without one`,
      )
      verify(flawOf(first) === undefined, `the first request after a pause: ${flawOf(first)}`, first)
      afterMs.push(first.timing.e2eMs)
      if (first.timing.e2eMs <= limitMs) break
    }
    sampled(afterMs.length)
    verifyInTime(
      { tookMs: Math.min(...afterMs), limitMs, isRelative: true },
      `after ${GAP_MS} ms without a request the next one takes ${afterMs.map((ms) => Math.round(ms)).join(' and ')} ms, ` +
        `others ${Math.round(warmMs)} ms: as if the model were loaded again`,
    )
  },
})

import { promise, quote, verifyInTime } from '#infergate'

/** A first call may be slow; slower than this and than the whole start before it, the model was not loaded yet. */
const READY_WAIT_MS = 1_500

promise('health.ready-means-ready', {
  says: 'the first generation after health first says yes succeeds',
  needs: ['health'],
  tags: ['smoke'],
  async check({ service, verify, notApplicable }) {
    const looks = service.boots.flatMap(({ index, firstAfterHealth: look }) =>
      look ? [{ index, look }] : [],
    )
    if (looks.length === 0) notApplicable('no start of this service was watched')
    for (const { index, look } of looks)
      verify(
        look.failure === undefined,
        `start ${index}: health said yes, and the generation ${Math.round(look.afterHealthMs)} ms later failed: ` +
          `${look.failure} ${quote(look.message ?? '')}`,
      )
  },
})

promise('health.ready-by-itself', {
  says: 'health says yes once the loading is done, without a generation being asked for first',
  needs: ['health'],
  async check({ service, verify, notApplicable }) {
    const starts = service.boots.filter(
      ({ origin, outcome }) => origin === 'started' && outcome === 'generating',
    )
    if (starts.length === 0) notApplicable('no start of this service was watched until it generated')
    for (const { index, healthMs, attempts } of starts) {
      const refused = attempts.findLast(({ what, status }) => what === 'health' && status !== undefined)
      const isOpen = refused && !refused.routeAbsent && refused.status !== 401 && refused.status !== 403
      verify(
        healthMs !== undefined || !isOpen,
        `start ${index}: health said no (HTTP ${refused?.status}) for ${Math.round((refused?.atMs ?? 0) / 1_000)} s, ` +
          'and a generation was answered then: whoever waits for health waits for ever',
      )
    }
  },
})

promise('health.ready-after-loading', {
  says: 'health says yes when the loading is done, not while requests still have to wait for it',
  needs: ['health'],
  alone: 'times',
  async check({ service, notApplicable }) {
    const starts = service.boots.flatMap(({ index, origin, healthMs, firstGenerationMs }) =>
      origin === 'started' && healthMs !== undefined && firstGenerationMs !== undefined
        ? [{ index, healthMs, waitedMs: firstGenerationMs - healthMs }]
        : [],
    )
    if (starts.length === 0) notApplicable('no start of this service was watched')
    for (const { index, healthMs, waitedMs } of starts)
      verifyInTime(
        { tookMs: waitedMs, limitMs: Math.max(READY_WAIT_MS, healthMs) },
        `start ${index}: health said yes after ${Math.round(healthMs)} ms, the first answer took ${Math.round(waitedMs)} ms more`,
      )
  },
})

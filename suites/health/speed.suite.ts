import { inParallel, inTurn, median, promise, quantile, verifyInTime } from '#infergate'

/** A probe of a load balancer allows about a second; a healthy answer needs no model and takes milliseconds. */
const HEALTH_MEDIAN_MS = 250
const HEALTH_P95_MS = 1_000
/** Above this, health waited for the model and not merely for a busy machine. */
const HEALTH_UNDER_LOAD_MS = 2_000
/** Between two looks under load: a burst that takes a tenth of a second is still looked at many times. */
const LOOK_PAUSE_MS = 2
/** As long as that looks are taken under load. */
const LOOKING_MS = 15_000

promise('health.is-quick', {
  says: 'health answers at once while the service is idle',
  needs: ['health'],
  alone: 'times',
  async check({ service, sampled, leftMs }) {
    await service.health()
    const { networkMs = 0 } = service.profile.pace ?? {}
    const enoughMs = leftMs() - 4_000
    const tookMs: number[] = []
    // Where each look is slow, a few of them decide.
    while (tookMs.length < 20 && (tookMs.length < 3 || leftMs() > enoughMs))
      tookMs.push((await service.health()).tookMs)
    sampled(tookMs.length)
    const [p50, p95] = [median(tookMs), quantile(tookMs, 0.95)]
    const [mostP50 = 0, mostP95 = 0] = [HEALTH_MEDIAN_MS, HEALTH_P95_MS].map((ms) =>
      Math.round(ms + networkMs),
    )
    verifyInTime(
      { tookMs: p50, limitMs: mostP50 },
      `the median health answer took ${Math.round(p50)} ms, more than ${mostP50}`,
    )
    verifyInTime(
      { tookMs: p95, limitMs: mostP95 },
      `a health answer took ${Math.round(p95)} ms (p95), more than ${mostP95}`,
    )
  },
})

promise('health.quick-under-load', {
  says: 'health answers in time while the service generates for others',
  needs: ['health'],
  alone: 'times',
  async check({ service, verify, sampled, inconclusive, clock, leftMs }) {
    let looking = true
    const load = inParallel(16, 16, async () => {
      const request = { prompt: 'Tell me a story.', maxTokens: 48, temperature: 1 }
      let answer = await service.generate(request)
      // As long as anybody looks: a health that waits for the load would else outlast it, and be looked at once.
      while (looking && answer.outcome === 'completed') answer = await service.generate(request)
      return answer
    })
    const { networkMs = 0 } = service.profile.pace ?? {}
    const limitMs = Math.round(HEALTH_UNDER_LOAD_MS + networkMs)
    const startedMs = clock.monotonicMs()
    // A service with little room lets few looks in beside the load: some of them decide.
    const stillMs = () => Math.min(leftMs(), LOOKING_MS - (clock.monotonicMs() - startedMs))
    const looks = await inTurn(30, stillMs, async () => {
      await clock.sleep(LOOK_PAUSE_MS)
      const { ok, tookMs, reply } = await service.health()
      verify(ok, 'health fails while the service generates', reply)
      verifyInTime({ tookMs, limitMs }, `health took ${Math.round(tookMs)} ms under load`, reply)
    }).finally(() => {
      looking = false
    })
    const answers = await load
    if (answers.every(({ outcome }) => outcome === 'failed'))
      inconclusive('no request of the load was answered, so there was none', ...answers)
    sampled(looks.length)
  },
})

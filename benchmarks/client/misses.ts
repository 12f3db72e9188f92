const FIRST_WAVE =
  'V8 compiles while it runs. Without a rehearsal the first wave meets code that is not compiled yet: with one the p99 of the skew fell from 4 – 6 to 1.4 ms at 100 streams and from 10 – 14 to 5.5 – 6.7 ms at 300, side by side (docs/decisions/0024). What is left are collections of garbage of 3 to 6 ms (--trace-gc)'
const WORK =
  'of a profile at 300 streams: collecting garbage 10 %, finding the borders of events 9 %, undici 8 %, understanding an event 12 %'
const COMMAND =
  'the command loads its modules, looks at the service, times 30 warm answers and rehearses for half a second before the load: true times were preferred to a quick start (docs/decisions/0024); the client alone is in the tables below'
const MEMORY =
  'modules take 80 to 110 MB of it (undici 69), the young generation of V8 some 50, and the samples with the times of their chunks stay until the verdict'
const LAG =
  'all threads of the client share one core here: the one that wakes it, those that collect garbage and compile. Since loads are rehearsed (one run each): p99 2.7 ms at 500/s and 18 ms at 2,000/s on one core, where it waited for the core for 0.2 and 0.6 s of 4 s; with two cores 1.8 and 3.8 ms. The median is 0.2 to 0.3 ms; what is late comes in bunches of a burst of reads or a collection of 3 to 4 ms'

/** Why a goal is missed, by what it says: as far as it is known. */
export const CAUSES: Readonly<Record<string, string>> = {
  'skew p99 at 100 streams ≤ 2 ms': FIRST_WAVE,
  'skew p99 at 100 streams ≤ that of uvloop + aiohttp': FIRST_WAVE,
  'skew p99 at 300 streams ≤ 6 ms': FIRST_WAVE,
  'CPU of a further event at 300 streams, 28,000 events/s ≤ 0.6 × that of uvloop + aiohttp': WORK,
  'CPU of a further event at 500 streams, 28,000 events/s ≤ 0.6 × that of uvloop + aiohttp': WORK,
  'CPU of 320 requests, start included ≤ 1/20 × that of GuideLLM': COMMAND,
  'CPU of 320 requests, start included ≤ 1/20 × that of AIPerf': COMMAND,
  'start to first request ≤ 150 ms': COMMAND,
  'peak memory at 500 streams ≤ 120 MB': MEMORY,
  'error of a rate of 500/s ≤ 0.1 %': LAG,
  'send lag p99 at 500/s ≤ 0.5 ms': LAG,
  'error of a rate of 2000/s ≤ 0.1 %': LAG,
  'send lag p99 at 2000/s ≤ 1 ms': LAG,
}

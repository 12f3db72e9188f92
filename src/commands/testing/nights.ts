import { join } from 'node:path'
import { openHistory } from '../../history/index.ts'
import { keepNight, start } from '../../history/testing/runs.ts'
import { createRandom, normal } from '../../random.ts'
import { type RecordedIo, recordedIo } from './recorded-io.ts'

/** An io in a folder whose history holds so many nights of `staging`, 12 % slower from one of them on, when its revision changed. */
export async function ioWithNights(count: number, slowerFrom = count): Promise<RecordedIo> {
  const io = recordedIo()
  const random = createRandom('nights of staging')
  await using history = await openHistory(join(io.cwd, '.infergate', 'history.sqlite'))
  for (let night = 1; night <= count; night++) {
    const isSlower = night > slowerFrom
    const level = (isSlower ? 112 : 100) * Math.exp(0.01 * normal(random))
    await keepNight(history, night, {
      starts: [0.98, 1, 1.02].map((factor, boot) => start(boot, level * factor)),
      fingerprint: { revision: isSlower ? 'b' : 'a' },
      ...(night === 5 && { changes: { state: 'invalid', verdict: 'INCONCLUSIVE' } }),
    })
  }
  return io
}

import { expect, test } from 'vitest'
import { load, withConfig } from './testing/load.ts'

const target = (rest: string) =>
  load(
    withConfig(`export default { target: 'a', targets: { a: { kind: 'url', url: 'http://h', ${rest} } } }`),
  )

test('a window alone is enough: the margin is a tenth of it, a wake-up may take ten minutes, and so may the first answer', async () => {
  const { values } = await target('scaleToZero: { windowSeconds: 300 }')
  expect(values.target).toMatchObject({
    scaleToZero: { windowMs: 300_000, marginMs: 30_000, wakeMs: 600_000, edge: 'holds' },
    ...{ readyTimeoutMs: 600_000, firstAnswerTimeoutMs: 600_000 },
  })
})

test('what is said of it stands, and a price has one GPU and one replica unless it says more', async () => {
  const { values } = await target(
    "scaleToZero: { windowSeconds: 60, marginSeconds: 9, wakeSeconds: 90, edge: 'refuses', freshRandomState: true }, price: { gpuSecond: 0.001, currency: 'EUR' }, firstAnswerTimeoutSeconds: 5",
  )
  expect(values.target).toMatchObject({
    scaleToZero: {
      ...{ windowMs: 60_000, marginMs: 9_000, wakeMs: 90_000, edge: 'refuses', freshRandomState: true },
      price: { gpuSecond: 0.001, currency: 'EUR', gpus: 1, replicas: 1 },
    },
    firstAnswerTimeoutMs: 5_000,
  })
})

test.for([
  ['scaleToZero: { window: 3 }', /unknown key "window"/],
  ['scaleToZero: { windowSeconds: 0 }', /windowSeconds/],
  ["scaleToZero: { windowSeconds: 9, edge: 'drops' }", /the edge `holds` a request, or `refuses` it/],
  ["price: { gpuSecond: 1, currency: 'USD' }", /give `scaleToZero`/],
  [
    "scaleToZero: { windowSeconds: 9 }, price: { gpuSecond: 1, currency: 'dollars' }",
    /three capital letters/,
  ],
  ['scaleToZero: { windowSeconds: 60 }, requestsPerMinute: 1', /nothing would be measured warm/],
] as const)('refused before anything is run: %s', async ([rest, message]) => {
  await expect(target(rest)).rejects.toMatchObject({
    ...{ code: 'config-invalid', message: expect.stringMatching(message) },
  })
})

import { expect, test } from 'vitest'
import { FAULTS } from '../simulator/index.ts'
import { runSimulate } from './simulate.ts'
import { recordedIo } from './testing/recorded-io.ts'

/** Resolves with what was written to stdout as soon as it holds the wanted text. */
async function until(io: ReturnType<typeof recordedIo>, wanted: string): Promise<string> {
  while (!io.out().includes(wanted)) await new Promise((resolve) => setTimeout(resolve, 5))
  return io.out()
}

test('the address and the curl that it prints are answered, until Ctrl-C, which is its normal end', async () => {
  for (const dialect of ['openai', 'ananke']) {
    const press = new AbortController()
    const io = recordedIo({ signal: press.signal })
    const ended = runSimulate({ profile: 'instant', dialect, port: 0 }, io)
    const [, url = '', body = ''] = (await until(io, 'curl')).match(/curl -sS (\S+) .* -d '(.*)'/) ?? []
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect(answer.status).toBe(200)
    await answer.text()
    press.abort()
    expect(await ended).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  }
})

test('--list-faults names every fault with its symptom', async () => {
  const io = recordedIo()
  expect(await runSimulate({ listFaults: true }, io)).toBe(0)
  for (const { id } of FAULTS) expect(io.out()).toContain(`${id} `)
  expect(io.out().split('\n').length).toBeGreaterThan(FAULTS.length)
})

test('an unknown fault, profile or dialect is wrong usage with the word that was meant', async () => {
  const wrong = [
    [{ faults: ['ready-rase'] }, 'ready-race'],
    [{ profile: 'a10' }, 'a100'],
    [{ dialect: 'opnai' }, 'openai'],
  ] as const
  for (const [flags, meant] of wrong)
    await expect(runSimulate(flags, recordedIo())).rejects.toThrow(`did you mean "${meant}"`)
})

test('a time for faults without a fault is wrong usage', async () => {
  await expect(runSimulate({ faultAfter: 1_000 }, recordedIo())).rejects.toThrow('name one with --fault')
})

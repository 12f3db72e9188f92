import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { coldSample } from '../benchmark/index.ts'
import { createProbe } from '../client/index.ts'
import { startTarget } from './index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'infergate-first-token-'))

/** Streams a completion after `delays[n]` ms; the first one holds no text. Its list of models takes 200 ms. */
function slowToSpeak(name: string, delays: readonly number[]) {
  const file = join(scratch, `${name}.mjs`)
  writeFileSync(
    file,
    `import { createServer } from 'node:http'
    import { setTimeout as sleep } from 'node:timers/promises'
    const delays = ${JSON.stringify(delays)}
    let asked = 0
    const event = (text, finish_reason) => 'data: ' + JSON.stringify({ choices: [{ index: 0, text, finish_reason }] }) + '\\n\\n'
    createServer(async (request, response) => {
      if (request.url === '/health') return response.end()
      if (request.url === '/v1/models') await sleep(200)
      if (request.url === '/v1/models') return response.end(JSON.stringify({ data: [{ id: 'tiny' }] }))
      const n = asked++
      await sleep(delays[n])
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(event(n === 0 ? '' : 'hello', null))
      await sleep(150)
      response.end(event('', 'stop') + 'data: [DONE]\\n\\n')
    }).listen(Number(process.argv[2]), '127.0.0.1')`,
  )
  return {
    kind: 'process',
    dialect: 'openai',
    command: [process.execPath, file, '{port}'],
    readyTimeoutMs: 60_000,
  } as const
}

test('the cold start lasts until the first good token, also where the first prompt was answered empty', async () => {
  await using target = await startTarget(slowToSpeak('empty-first', [400, 100]), {
    index: 0,
    probe: createProbe(),
  })
  const { boot } = target
  expect(boot.outcome).toBe('generating')
  // 200 ms for the model's name, 400 and 150 ms without a word, 100 ms to the first token, and 150 ms from there to the end.
  expect((boot.firstTokenMs ?? 0) - (boot.healthMs ?? 0)).toBeGreaterThan(845)
  expect(boot.firstGenerationMs).toBeGreaterThan(boot.firstTokenMs ?? Infinity)
  const sample = coldSample(boot, { startedAtMs: 0 })
  expect(sample).toMatchObject({ outcome: 'completed', coldStartMs: boot.firstTokenMs })
})

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordingsOf } from '../../simulator/testing/recordings.ts'
import { openFileCounter } from './file-counter.ts'
import { writeFile } from './testing/prompt-file.ts'

const MODEL = join(import.meta.dirname, '../../../fixtures/vllm-cpu/model')

test('the file counts what vLLM counted with it, a chat by its texts alone', async () => {
  const counter = await openFileCounter(MODEL)
  const { request, response } = new Map(recordingsOf('vllm-0.32.0')).get('tokenize') ?? expect.fail()
  const { prompt } = request.body as { prompt: string }
  const { count } = JSON.parse(response.body)
  const chat = { messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }] }
  expect(await counter.count([{ prompt }, chat])).toEqual([count, count])
  expect(counter).toMatchObject({ place: join(MODEL, 'tokenizer.json'), chat: 'text' })
})

test.each([
  ['no JSON', 'hello', /it is no JSON/],
  ['another JSON', '{"model_type":"llama"}', /without `model\.vocab`/],
  ['a model that nobody knows', '{"model":{"type":"Magic","vocab":{"a":1}}}', /cannot be built/],
  ['nothing', '', /is empty/],
])('a tokenizer file that is %s is refused by its name', async (_what, content, says) => {
  const file = writeFile(content, 'tokenizer.json')
  const refused = expect(openFileCounter(file)).rejects
  await refused.toThrow(says)
  await expect(openFileCounter(file)).rejects.toThrow(file)
})

test('a folder without a tokenizer.json, and settings beside one that are no JSON, are named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-tokenizer-'))
  await expect(openFileCounter(folder)).rejects.toThrow(join(folder, 'tokenizer.json'))
  cpSync(join(MODEL, 'tokenizer.json'), join(folder, 'tokenizer.json'))
  writeFileSync(join(folder, 'tokenizer_config.json'), '{')
  await expect(openFileCounter(folder)).rejects.toThrow(/tokenizer_config\.json.*no JSON/)
})

test('a tokenizer whose vocabulary is cut off still says which file it is', async () => {
  const whole = JSON.parse(readFileSync(join(MODEL, 'tokenizer.json'), 'utf8'))
  const file = writeFile(JSON.stringify({ ...whole, model: { type: 'BPE', vocab: {} } }), 'tokenizer.json')
  await expect(openFileCounter(file)).rejects.toThrow(file)
})

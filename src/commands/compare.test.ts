import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { runCompare } from './compare.ts'
import { recordedIo } from './testing/recorded-io.ts'
import { type Described, keepRun, saveRun } from './testing/saved-runs.ts'

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/schemas/compare.schema.json'), 'utf8'),
)
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)

/** A folder with the runs A and B, and seven more of the same service in its history. */
async function placed(candidate: Partial<Described> = {}, baseline: Partial<Described> = {}) {
  const io = recordedIo()
  const [reports, history] = [join(io.cwd, 'reports'), join(io.cwd, '.infergate', 'history.sqlite')]
  const first = saveRun(reports, { runId: 'A', ...baseline })
  await keepRun(history, first)
  for (let seed = 2; seed < 9; seed++)
    await keepRun(history, saveRun(reports, { runId: `known-${seed}`, seed }))
  saveRun(reports, { runId: 'B', seed: 9, ...candidate })
  const compare = (flags: Parameters<typeof runCompare>[1] = {}) => runCompare(['A', 'B'], flags, io)
  return { io, compare, reports }
}

test('a service beside itself is PASS: each metric with its change, interval and margin', async () => {
  const { io, compare } = await placed()
  expect(await compare()).toBe(0)
  expect(io.out()).toMatch(/ttftMsP50 +\d+(\.\d+)? ms/)
  expect(io.out()).toMatch(/failed requests +0 of 60 +0 of 60 .* kept within the margin/)
  expect(io.out()).toContain('measured on 8 accepted runs of this target')
  expect(io.out().trimEnd().split('\n').at(-1)).toMatch(/^PASS: the second run is no slower.*\(exit 0\)/)
})

test.each<[string, Partial<Described>, string]>([
  ['ten percent more to the first token', { ttft: 1.1 }, 'ttftMsP50'],
  ['ten percent more for each further one', { tpot: 1.1 }, 'tpotMsP50'],
])('%s is FAIL, exit 10', async (_, slower, metric) => {
  const { io, compare } = await placed(slower)
  expect(await compare()).toBe(10)
  expect(io.out()).toMatch(new RegExp(`${metric} .*\\+(9|1\\d)(\\.\\d+)? % .* worse`))
  expect(io.out().trimEnd().split('\n').at(-1)).toMatch(/^FAIL: the second run is worse than the first/)
})

test('one start is INCONCLUSIVE, exit 20, with what would settle it', async () => {
  const { io, compare } = await placed({ starts: 1 })
  expect(await compare()).toBe(20)
  expect(io.out()).toMatch(/\d+ starts would tell \(INFERGATE_COLD_STARTS=\d+/)
})

test('unlike runs are refused with the fields; allowed, the difference is written into the verdict', async () => {
  const { io, compare } = await placed({ fingerprint: { model: 'llama-70b', warmup: 3 } })
  await expect(compare()).rejects.toThrow(/model: llama-8b → llama-70b; warmup: 0 → 3/)
  await expect(compare()).rejects.toMatchObject({ code: 'usage' })
  const allowDifference = ['model', 'warmup']
  expect(await compare({ allowDifference })).toBe(0)
  expect(io.out()).toContain(
    'The two are unlike, which was allowed (--allow-difference): model: llama-8b → llama-70b; warmup: 0 → 3.',
  )
})

test('what a deploy changes is named and not refused', async () => {
  const { io, compare } = await placed({ fingerprint: { flags: ['serve', '-O3'], host: 'b' } })
  expect(await compare()).toBe(0)
  expect(io.out()).toContain('They differ beside their speed: flags: serve → serve -O3; host: a → b.')
})

test('a run without a fingerprint is refused in words that say why', async () => {
  const { compare } = await placed({}, { fingerprint: 'none' })
  await expect(compare()).rejects.toThrow('The run A kept no fingerprint')
})

test('a field that does not exist or needs no permission is refused', async () => {
  const { compare } = await placed()
  await expect(compare({ allowDifference: ['modle'] })).rejects.toThrow('did you mean "model"?')
  await expect(compare({ allowDifference: ['image'] })).rejects.toThrow('is named and never refused')
})

test('a run whose folder is gone is read from the history', async () => {
  const { compare, reports } = await placed()
  rmSync(join(reports, 'A'), { recursive: true })
  expect(await compare()).toBe(0)
})

test('the margins are those of the second run', async () => {
  const { io, compare } = await placed({
    ttft: 1.1,
    policy: { regression: { ttftMsP50: 0.2, e2eMsP50: 0.1 } },
  })
  expect(await compare()).toBe(0)
  expect(io.out()).toMatch(/ttftMsP50 .*\+20 % +kept within the margin/)
})

test.each([{}, { ttft: 1.1 }, { starts: 1 }])('the JSON of %o keeps its schema', async (candidate) => {
  const { io, compare } = await placed(candidate)
  const code = await compare({ json: true })
  const compared = JSON.parse(io.out())
  expect(validate(compared), JSON.stringify(validate.errors)).toBe(true)
  expect(compared).toMatchObject({ exitCode: code, baseline: { runId: 'A' }, candidate: { runId: 'B' } })
})

test('the page has the verdict, the table and each reason', async () => {
  const { io, compare } = await placed({ ttft: 1.1 })
  await compare({ markdown: true })
  expect(io.out()).toMatch(/^# infergate compare: FAIL\n/)
  expect(io.out()).toMatch(/\| ttftMsP50 \| .* \| worse \|/)
  expect(io.out()).toMatch(/^1\. regression\.ttftMsP50 failed: /m)
})

const pageOf = (io: { readonly cwd: string }) => readFileSync(join(io.cwd, 'out', 'compare.html'), 'utf8')

test('the page to look at holds the verdict, each metric, what differs and both runs', async () => {
  const { io, compare } = await placed({ ttft: 1.1, fingerprint: { flags: ['serve', '</script><b>'] } })
  expect(await compare({ html: 'out/compare.html' })).toBe(10)
  expect(pageOf(io)).toMatch(/<h1>FAIL: the candidate is worse than the baseline<\/h1>/)
  expect(pageOf(io)).toMatch(/<strong>ttftMsP50<\/strong> <span class="said said-worse">worse<\/span>/)
  expect(pageOf(io)).toContain('serve &lt;/script&gt;&lt;b&gt;')
  expect(pageOf(io)).toContain('baseline, n = 60')
  expect(io.err()).toBe('Page: out/compare.html\n')
})

test('the page says what is not known of a run whose folder is gone', async () => {
  const { io, compare, reports } = await placed()
  rmSync(join(reports, 'A'), { recursive: true })
  await compare({ html: 'out/compare.html' })
  expect(pageOf(io)).toContain(
    'The answers of the baseline are not shown, because the folder of its run is gone',
  )
  expect(pageOf(io)).toContain('Not known, because the folder of the baseline is gone')
})

test('a page that cannot be written is named before a run is read', async () => {
  const { compare } = await placed()
  await expect(compare({ html: 'reports' })).rejects.toThrow('--html reports is a folder')
})

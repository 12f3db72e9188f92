import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { runConfigPrint } from './config-print.ts'
import { findServices } from './find-service.ts'
import { runInit } from './init.ts'
import { loadSettings } from './settings.ts'
import { recordedIo } from './testing/recorded-io.ts'

type Step = { readonly uses?: string; readonly with?: { readonly target: string } }

/** The targets that the jobs of the workflow give to the action. */
function judgedByCi({ cwd }: { readonly cwd: string }): readonly (string | undefined)[] {
  const { jobs } = parse(readFileSync(join(cwd, 'infergate.ci.yml'), 'utf8'))
  const steps = Object.values<{ readonly steps: readonly Step[] }>(jobs).flatMap((job) => job.steps)
  return steps.filter(({ uses }) => uses === 'OWNER/infergate@v1').map((step) => step.with?.target)
}

/** Nothing runs on this machine. */
const none = async () => []

for (const type of ['commonjs', 'module', undefined])
  test(`what init writes loads in a package of type ${type ?? 'none'}, chooses no target, and says what comes next`, async () => {
    const io = recordedIo()
    writeFileSync(join(io.cwd, 'package.json'), JSON.stringify({ name: 'mine', ...(type && { type }) }))
    expect(await runInit(io, none)).toBe(0)
    expect(io.err()).toContain('npx infergate gate --target simulator')
    expect(await runConfigPrint({}, io)).toBe(0)
    expect(io.out()).toContain(`(file ${join(io.cwd, 'infergate.config.ts')})`)
    expect(io.out()).toMatch(/^target +=? none is chosen/m)
    await expect(loadSettings({}, io)).rejects.toMatchObject({ code: 'usage' })
    expect((await loadSettings({ target: 'simulator' }, io)).values.targetName).toBe('simulator')
  })

test('the examples in what init writes are valid, and CI judges the one that it names', async () => {
  const io = recordedIo()
  await runInit(io, none)
  const file = join(io.cwd, 'infergate.config.ts')
  // Every comment that is code becomes code; those that explain begin with a capital letter.
  const examples = readFileSync(file, 'utf8').replaceAll(/^( *)\/\/ (?![A-Z])/gm, '$1')
  writeFileSync(file, examples)
  mkdirSync(join(io.cwd, 'suites'))
  writeFileSync(join(io.cwd, 'suites', 'own.suite.ts'), '')
  const { values } = await loadSettings({}, io)
  expect(values).toMatchObject({ targetName: 'staging', target: { kind: 'url' } })
  expect(values.suites).toHaveLength(1)
  expect((await loadSettings({ target: 'local' }, io)).values.target.kind).toBe('process')
  expect(judgedByCi(io)).toEqual(['staging', 'staging'])
})

test('init never overwrites: a file that is there stays, and nothing else is written', async () => {
  for (const name of ['infergate.config.ts', 'infergate.ci.yml']) {
    const io = recordedIo()
    writeFileSync(join(io.cwd, name), 'mine')
    await expect(runInit(io, none)).rejects.toMatchObject({ code: 'usage', exitCode: 2 })
    expect(readFileSync(join(io.cwd, name), 'utf8')).toBe('mine')
    const other = name === 'infergate.ci.yml' ? 'infergate.config.ts' : 'infergate.ci.yml'
    expect(() => readFileSync(join(io.cwd, other))).toThrow(/ENOENT/)
  }
})

const listing = (status: number, body: unknown) =>
  createServer((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
  )

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('a service that answers becomes the target, with its model, and CI judges it', async () => {
  const port = await portOf(listing(200, { data: [{ id: 'my/model' }] }))
  const io = recordedIo()
  expect(await runInit(io, (world) => findServices(world, [port]))).toBe(0)
  const { values } = await loadSettings({}, io)
  expect(values).toMatchObject({
    targetName: 'service',
    target: { kind: 'url', baseUrl: `http://127.0.0.1:${port}`, model: 'my/model' },
  })
  expect(io.err()).toContain(`Found http://127.0.0.1:${port} (port ${port} of this machine)`)
  expect(judgedByCi(io)).toEqual(['service', 'service'])
})

test('the environment comes first; a service that wants a key is written with its variable, never with its value', async () => {
  const port = await portOf(listing(401, { error: 'Unauthorized' }))
  const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'sk-of-the-user' }
  const io = recordedIo({ env })
  await runInit(io, (world) => findServices(world, []))
  const text = readFileSync(join(io.cwd, 'infergate.config.ts'), 'utf8')
  expect(text).toContain("Authorization: { env: 'OPENAI_API_KEY', prefix: 'Bearer ' }")
  expect(text + io.err()).not.toContain('sk-of-the-user')
  expect((await loadSettings({}, io)).values.targetName).toBe('service')
})

test('where nothing is found a person is asked, and a machine is not', async () => {
  const port = await portOf(listing(200, { data: [{ id: 'm' }] }))
  const asked: string[] = []
  const answering = (answer: string) => async (question: string) => {
    asked.push(question)
    return answer
  }
  const io = recordedIo({ ask: answering(`http://127.0.0.1:${port}`) })
  await runInit(io, none)
  expect(asked).toHaveLength(1)
  expect((await loadSettings({}, io)).values.target).toMatchObject({ baseUrl: `http://127.0.0.1:${port}` })
  const empty = recordedIo({ ask: answering('') })
  await runInit(empty, none)
  await expect(loadSettings({}, empty)).rejects.toMatchObject({ code: 'usage' })
})

test('what answers and is no list of models is no service', async () => {
  const port = await portOf(listing(200, { hello: 'world' }))
  expect(await findServices(recordedIo(), [port, 1])).toEqual([])
})

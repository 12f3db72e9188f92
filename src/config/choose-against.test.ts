import { expect, test } from 'vitest'
import { empty, load, withConfig } from './testing/load.ts'

const TWO = withConfig(`export default {
  target: 'new',
  targets: {
    new: { kind: 'url', url: 'http://127.0.0.1:9/', model: 'after' },
    old: { kind: 'url', url: 'http://127.0.0.1:8/', model: 'before' },
  },
}`)

const against = async (cwd: string, flags: object, env: Record<string, string> = {}) =>
  (await load(cwd, { flags, env })).values.against

test('where nothing names one, a run is held against no target', async () => {
  expect((await load(TWO)).values).not.toHaveProperty('against')
})

test('a target of the configuration is held against as it is described there, whatever chooses the run’s own', async () => {
  const flags = { against: 'old', target: 'new', model: 'other', dialect: 'openai' }
  const env = { INFERGATE_TARGET: 'new', INFERGATE_MODEL: 'other', INFERGATE_DIALECT: 'ananke' }
  expect(await against(TWO, flags, env)).toMatchObject({
    targetName: 'old',
    target: { kind: 'url', baseUrl: 'http://127.0.0.1:8', model: 'before', dialect: 'openai' },
  })
  expect((await load(TWO, { flags })).values.target).toMatchObject({ model: 'other' })
})

test('the simulator without the faults of the candidate is what a faulty one is held against', async () => {
  const flags = { target: 'simulator', against: 'simulator', profile: 'a100', faults: ['ttft-regression'] }
  const { values } = await load(empty, { flags, env: { INFERGATE_FAULTS: 'ttft-regression' } })
  expect(values.target).toMatchObject({ profile: 'a100', faults: ['ttft-regression'] })
  expect(values.against?.target).toMatchObject({ profile: 'a100', faults: [] })
})

test('a URL is asked for the same model in the same dialect', async () => {
  const flags = { url: 'http://127.0.0.1:9', againstUrl: 'http://127.0.0.1:8', model: 'm' }
  expect(await against(empty, flags)).toMatchObject({
    targetName: 'url',
    target: { kind: 'url', baseUrl: 'http://127.0.0.1:8', model: 'm' },
  })
})

test('an unknown name is refused', async () => {
  await expect(load(TWO, { flags: { against: 'olf' } })).rejects.toThrow(
    /Unknown target "olf".*did you mean "old"/,
  )
})

import { testFaults } from '../testing/fault-table.ts'
import type { Look } from '../testing/observe.ts'
import { within } from '../testing/patience.ts'
import { readinessFaults } from './readiness.ts'

const isGreen = async ({ get }: Look) => (await get('/health')).status === 200

testFaults(readinessFaults, {
  'ready-race': async (look) => {
    const green = await isGreen(look)
    const { status } = await look.ask()
    return green && status === 503
  },
  // Far less than the fault lasts.
  'ready-while-warming': async (look) =>
    (await isGreen(look)) && !(await within(400, look.ask({ maxTokens: 2 }))),
  'models-listed-before-weights': async (look) => (await isGreen(look)) && (await look.ask()).status === 500,
  'ready-with-zero-models': async (look) => {
    const { data } = JSON.parse((await look.get('/v1/models')).text)
    return (await isGreen(look)) && data.length === 0 && (await look.ask()).status === 404
  },
  'unready-until-first-call': async (look) => {
    const before = await isGreen(look)
    await look.ask()
    return !before && (await isGreen(look))
  },
})

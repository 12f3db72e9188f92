import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { HEALTHY } from '../testing/healthy.ts'
import { judge } from './judge.ts'
import { keep, resultOf } from './results.ts'
import { type Group, isHealthy, type Row } from './row.ts'
import { groups } from './servers/index.ts'
import type { Server } from './start-server.ts'
import { chosenThird } from './third.ts'

const third = chosenThird(process.env['INFERGATE_ENGINES_THIRD'], systemClock.now().getTime())
const isRequired = process.env['INFERGATE_REQUIRE_ENGINES'] === '1'

const NOTHING: Server = { url: '', log: () => '', stop: async () => {} }

function reasonWithout({ title, programs }: Group): string | undefined {
  const reason = programs.map((program) => program.missing()).find((one) => one !== undefined)
  if (reason !== undefined && isRequired) throw new Error(`INFERGATE_REQUIRE_ENGINES is set, and ${reason}`)
  if (reason !== undefined) process.stderr.write(`Left out, ${title}: ${reason}\n`)
  return reason
}

/** What a reader of a failure needs: what infergate said, and what the server wrote meanwhile. */
const story = (row: Row, stderr: string, server: Server): string =>
  `${row.title}\n${stderr.slice(-6_000)}\n--- the server\n${server.log().slice(-4_000)}`

function judged(group: Group, row: Row, behind: () => Server): void {
  const whose = isHealthy(row) ? `${HEALTHY}, ${row.title}, passes` : `${row.title} is named`
  test(`${row.id}: ${whose}`, async () => {
    const from = systemClock.monotonicMs()
    const server = await row.start(behind())
    try {
      const said = await judge(row, server.url)
      keep(resultOf(group, row, said, systemClock.monotonicMs() - from))
      expect(said.deviations, story(row, said.run.stderr, server)).toEqual([])
    } finally {
      await server.stop()
    }
  })
}

for (const group of groups.filter((one) => third === undefined || one.third === third)) {
  const reason = reasonWithout(group)
  const title = `${group.title}${reason === undefined ? '' : `: left out, ${reason}`}`
  describe.skipIf(reason)(title, () => {
    let behind = NOTHING
    beforeAll(async () => {
      behind = (await group.behind?.()) ?? NOTHING
    })
    afterAll(() => behind.stop())
    for (const row of group.rows) judged(group, row, () => behind)
  })
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, readReport, readVerdict, root, runCli } from '../testing/run-cli.ts'

/** The times of an A100: what a busy machine adds to them is small beside them. */
const BENCH = ['bench', '--target', 'simulator', '--profile', 'a100', '--seed', '7']
/** What is four times slower keeps this budget, and starts as long: it is the comparison that fails. */
const env = {
  ...{ INFERGATE_COLD_STARTS: '3', INFERGATE_WARM_REQUESTS: '30' },
  ...{ INFERGATE_WARM_E2E_MS_P50: '5000', INFERGATE_WARM_TO_COLD_RATIO: '0.9' },
}
const cwd = emptyFolder()
const place = { cwd, env }
const schema = JSON.parse(readFileSync(join(root, 'fixtures/schemas/verdict.schema.json'), 'utf8'))
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)

let baseline = ''

beforeAll(async () => {
  const run = await runCli(BENCH, place)
  expect(run.code, run.stderr).toBe(0)
  baseline = readVerdict(run).runId
}, 120_000)

describe('bench --baseline', () => {
  test.each(['ttft-regression:factor=4', 'throughput-drop:factor=4'])(
    '%s is a regression: exit 10, wherever a user looks',
    async (fault) => {
      const run = await runCli([...BENCH, '--baseline', baseline, '--fault', fault], place)
      expect(run.code, run.stderr).toBe(10)
      const verdict = readVerdict(run)
      expect(validate(verdict), JSON.stringify(validate.errors)).toBe(true)
      expect(verdict.versus).toMatchObject({ mode: 'stored', baseline })
      expect(verdict.versus?.differences.join('\n')).toContain(`faults: none → ${fault}`)
      const failed = verdict.comparisons.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
      expect(failed).toContain('regression.ttftMsP50')
      expect(run.stderr).toContain('Power: with 3 starts')
      expect(run.stderr).toMatch(/ttftMsP50 .* worse/)
      expect(lastLine(run.stderr)).toMatch(
        new RegExp(
          `^FAIL: .*Held against the stored run ${baseline}.*regression\\.ttftMsP50 failed: .* tolerated`,
        ),
      )
      expect(readReport(run, 'report.md')).toMatch(
        /## Against the baseline[\s\S]*\| ttftMsP50 \| .* \| worse \|/,
      )
      expect(readReport(run, 'junit.xml')).toMatch(
        /<testcase classname="infergate\.regression" name="regression\.ttftMsP50"/,
      )
      const again = await runCli(['report', 'latest', '--rejudge'], place)
      expect(again.code, again.stderr).toBe(10)
      expect(again.stderr).toContain('Decided anew: nothing changed.')
    },
    180_000,
  )

  test('the same service is no regression; what stays open says what would tell', async () => {
    const run = await runCli([...BENCH, '--baseline', baseline], place)
    const verdict = readVerdict(run)
    expect(verdict.versus, run.stderr).toMatchObject({ mode: 'stored', baseline })
    const open = verdict.comparisons.filter(
      ({ id, outcome }) => /^regression/.test(id) && outcome !== 'passed',
    )
    expect(run.code, run.stderr).toBe(open.length > 0 ? 20 : 0)
    for (const { reason } of open)
      expect(reason).toMatch(/starts would tell|measure both versions side by side/)
    expect(verdict.versus?.remarks?.join(' ')).toMatch(/each interval is as wide as that makes it/)
  }, 120_000)

  test('one start leaves it open: exit 20', async () => {
    const once = { cwd, env: { ...env, INFERGATE_COLD_STARTS: '1', INFERGATE_MIN_COLD_STARTS: '1' } }
    const run = await runCli([...BENCH, '--baseline', baseline], once)
    expect(run.code, run.stderr).toBe(20)
    expect(run.stderr).toContain('this run has one start')
  }, 120_000)

  test('a run that is unlike is refused with its fields before anything is started', async () => {
    const run = await runCli(['bench', '--target', 'simulator', '--baseline', baseline], place)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toMatch(
      /^infergate: .* are unlike.*profile: a100 → default.*--allow-difference profile/,
    )
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test('--plan says what the run could tell, and sends nothing', async () => {
    const run = await runCli([...BENCH, '--baseline', baseline, '--plan'], place)
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toMatch(/^Power: with 3 starts this run sees a worsening from [\d.]+ % on/m)
  })

  test.each([
    [['--baseline', 'last-good'], /needs an accepted run of simulator/],
    [['--baseline', 'nope'], /There is no run nope/],
    [['--allow-difference', 'model'], /speaks of a baseline/],
    [['--baseline', 'latest', '--allow-difference', 'modle'], /did you mean "model"\?/],
  ])('%o is refused in words', async (flags, says) => {
    const run = await runCli([...BENCH, ...flags], place)
    expect(run.stderr).toMatch(says)
    expect([2, 30]).toContain(run.code)
  })
})

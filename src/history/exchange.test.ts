import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ExchangeFormat, History, HistoryReader } from './index.ts'
import { BACKENDS } from './testing/backends.ts'
import { emptyFolder } from './testing/folder.ts'
import { keepNight, run, start, verdict } from './testing/runs.ts'

const SAID = { reason: 'release "7", at last', by: 'ops', at: '2026-03-01T00:00:00.000Z' }

async function exported(history: HistoryReader, format: ExchangeFormat = 'jsonl'): Promise<string> {
  const parts: string[] = []
  await history.export(format, (text) => void parts.push(text))
  return parts.join('')
}

/** Runs of several kinds, two promotions and an accepted trend. */
async function fill(history: History): Promise<void> {
  for (const night of [3, 1, 2]) await keepNight(history, night, { reference: [start(0, 50)] })
  await keepNight(history, 4, { target: 'production', changes: { measurements: verdict.measurements } })
  await keepNight(history, 5, { changes: { verdict: 'FAIL' }, starts: [] })
  for (const [runId, expected] of [['night-001'], ['night-003', 'night-001']])
    await history.baseline.promote({ ...SAID, runId: runId as string, expected })
  const [series] = await history.series('staging')
  if (series) await history.acceptTrend([{ ...SAID, series, runId: 'night-002' }])
}

describe.each(BACKENDS)('$name', (backend) => {
  test('what was exported and imported is exported as the same bytes, and answers the same', async () => {
    await using history = await backend.open(emptyFolder())
    await fill(history)
    const text = await exported(history)
    await using other = await backend.open(emptyFolder())
    expect(await other.import('jsonl', 'a.jsonl', text)).toEqual({ added: 8, present: 0 })
    expect(await exported(other)).toBe(text)
    for (const key of await history.series())
      expect(await other.nights(key)).toEqual(await history.nights(key))
    expect(await other.baseline.current('staging')).toEqual(await history.baseline.current('staging'))
    expect(await other.metrics()).toEqual(await history.metrics())
  })

  test('importing again, or what is a part of it, adds nothing', async () => {
    await using history = await backend.open(emptyFolder())
    await fill(history)
    const text = await exported(history)
    expect(await history.import('jsonl', 'a.jsonl', text)).toEqual({ added: 0, present: 8 })
    const part = text.split('\n').slice(0, 3).join('\n')
    expect(await history.import('jsonl', 'a.jsonl', part)).toEqual({ added: 0, present: 2 })
    expect(await exported(history)).toBe(text)
  })

  test('1,000 runs, two pages of an export, are equal after it and an import', async () => {
    await using history = await backend.open(emptyFolder())
    const record = { runId: 'r', startedAt: '', command: 'gate', verdict: 'PASS', state: 'complete' }
    const header =
      'run_id,started_at,command,verdict,state,target,hardware,scenario,metric,warmth,unit,value,spread,starts,reference,attributes'
    const rows = Array.from({ length: 1_000 }, (_, nth) => {
      const at = new Date(Date.UTC(2000, 0, 1) + nth * 3_600_000).toISOString()
      const { command, verdict, state } = record
      return [
        `run-${nth}`,
        at,
        command,
        verdict,
        state,
        't',
        'h',
        'warm',
        'e2eMsP50',
        'warm',
        'ms',
        100 + Math.sin(nth),
        '',
        3,
        '',
        '{}',
      ].join()
    })
    await history.import('csv', 'a.csv', [header, ...rows].join('\n'))
    const text = await exported(history)
    await using other = await backend.open(emptyFolder())
    expect(await other.import('jsonl', 'a.jsonl', text)).toEqual({ added: 1_000, present: 0 })
    const hash = (all: string) => createHash('sha256').update(all).digest('hex')
    expect(hash(await exported(other))).toBe(hash(text))
    expect(hash(await exported(other, 'csv'))).toBe(hash(await exported(history, 'csv')))
  })

  test('a table of points comes back as it went, and is known by the runs that it came from', async () => {
    await using history = await backend.open(emptyFolder())
    await fill(history)
    const table = await exported(history, 'csv')
    expect(await history.import('csv', 'a.csv', table)).toEqual({ added: 0, present: 4 })
    await using other = await backend.open(emptyFolder())
    expect(await other.import('csv', 'a.csv', table)).toEqual({ added: 4, present: 0 })
    expect(await other.import('csv', 'a.csv', table)).toEqual({ added: 0, present: 4 })
    expect(await exported(other, 'csv')).toBe(table)
    for (const key of await history.series())
      expect(await other.nights(key)).toEqual(await history.nights(key))
  })

  test('a run that is there with other content is refused by its line, and nothing is imported', async () => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 2)
    await using other = await backend.open(emptyFolder())
    for (const night of [1, 2]) await keepNight(other, night, { starts: [start(0, 77)] })
    for (const [format, file, line] of [
      ['jsonl', 'a.jsonl', 3],
      ['csv', 'a.csv', 4],
    ] as const) {
      await expect(history.import(format, file, await exported(other, format))).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(
          new RegExp(
            `^${file}:${line}: run night-002 is there with (other content|another coldStartMs)\nNothing was imported`,
          ),
        ),
      })
      expect((await history.runs({ limit: 9 })).map(({ runId }) => runId)).toEqual(['night-002'])
    }
  })

  test('two logs of one baseline that went apart are refused: nobody could say which is the last', async () => {
    await using history = await backend.open(emptyFolder())
    await using other = await backend.open(emptyFolder())
    for (const one of [history, other]) for (const night of [1, 2, 3]) await keepNight(one, night)
    await history.baseline.promote({ ...SAID, runId: 'night-001', expected: undefined })
    await other.baseline.promote({ ...SAID, runId: 'night-002', expected: undefined })
    await expect(history.import('jsonl', 'a.jsonl', await exported(other))).rejects.toThrow(
      /a\.jsonl:5: the baseline of staging was promoted otherwise here \(night-001 at 2026-03-01/,
    )
    expect((await history.baseline.list()).length).toBe(1)
  })

  test.each<[string, RegExp, (lines: readonly string[]) => readonly string[]]>([
    ['cut short', /a\.jsonl:3: it is no JSON; it may have been cut short/, cutLast],
    [
      'changed after it was sealed',
      /:2: run night-001 was changed after it was sealed/,
      ([head = '', one = '']) => [head, one.replace('"PASS"', '"FAIL"')],
    ],
    [
      'without its header',
      /:1: it is no header of an infergate history/,
      ([, one = '', two = '']) => [one, two],
    ],
    [
      'of a newer infergate',
      /:1: it was written by a newer infergate \(format 9\): update infergate/,
      ([head = '', ...rest]) => [head.replace('"format":1', '"format":9'), ...rest],
    ],
    [
      'with a value that is no number',
      /:2: record\.starts\.0\.values\.e2eMsP50: Invalid input/,
      ([head = '', one = '']) => [head, one.replace('"e2eMsP50":90', '"e2eMsP50":null')],
    ],
    [
      'with an unknown kind',
      /:2: kind: /,
      ([head = '', one = '']) => [head, one.replace('"kind":"run"', '"kind":"ran"')],
    ],
    ['empty', /:1: the file is empty/, () => ['']],
    ['a table', /:1: it is no header/, () => ['run_id,started_at']],
  ])(
    'a file that is %s is refused with its line, and nothing of it is imported',
    async (_, message, spoil) => {
      await using history = await backend.open(emptyFolder())
      for (const night of [1, 2]) await keepNight(history, night)
      const lines = (await exported(history)).trimEnd().split('\n')
      await using other = await backend.open(emptyFolder())
      await expect(other.import('jsonl', 'a.jsonl', spoil(lines).join('\n'))).rejects.toMatchObject({
        ...{ code: 'usage', exitCode: 2, message: expect.stringMatching(message) },
      })
      expect(await other.runs({ limit: 9 })).toEqual([])
    },
  )

  test.each<[string, RegExp, (table: string) => string]>([
    ['NaN', /a\.csv:2: value: /, (table) => table.replace(',1000,', ',NaN,')],
    ['a gap', /a\.csv:2: value: /, (table) => table.replace(',1000,', ',,')],
    [
      'a cell too few',
      /a\.csv:3: it has 15 cells, not 16/,
      (table) =>
        table.replace(
          'night-001,2026-01-01T03:00:00.000Z,gate,PASS,complete,staging,Processor,warm',
          'night-001,2026-01-01T03:00:00.000Z,gate,PASS,complete,staging,warm',
        ),
    ],
    ['one column', /a\.csv:1: the columns are not those/, () => 'value\n1\n2\n'],
    [
      'two words on one run',
      /a\.csv:3: run night-001 is another one than in the lines before/,
      (table) => table.replace(/PASS(?=,complete,staging,Processor,warm)/, 'FAIL'),
    ],
    [
      'a point twice',
      /a\.csv:4: run night-001 has e2eMsP50 of this series twice/,
      (table) => `${table}${table.split('\r\n')[2]}\r\n`,
    ],
    ['no time', /a\.csv:2: startedAt: /, (table) => table.replace('2026-01-01T03:00:00.000Z', 'yesterday')],
  ])('a table with %s is refused with its line', async (_, message, spoil) => {
    await using history = await backend.open(emptyFolder())
    await keepNight(history, 1)
    const table = await exported(history, 'csv')
    await using other = await backend.open(emptyFolder())
    await expect(other.import('csv', 'a.csv', spoil(table))).rejects.toThrow(message)
    expect(await other.runs({ limit: 9 })).toEqual([])
  })

  test('what a text in a table may hold (quotes, commas, line ends) comes back', async () => {
    await using history = await backend.open(emptyFolder())
    const target = 'a "quoted", target\r\nof two lines'
    await history.record(
      { ...run, night: {}, fingerprint: { ...run.fingerprint, targetName: target } as never },
      { ...verdict, measurements: [] },
      { starts: [start(0, 1)] },
    )
    const table = await exported(history, 'csv')
    await using other = await backend.open(emptyFolder())
    await other.import('csv', 'a.csv', table)
    expect((await other.runs({ limit: 1 }))[0]?.target).toBe(target)
    expect(await exported(other, 'csv')).toBe(table)
  })
})

function cutLast(lines: readonly string[]): readonly string[] {
  return [...lines.slice(0, -1), lines.at(-1)?.slice(0, -20) ?? '']
}

import { HarnessError } from '../../errors.ts'
import type { Row, Sql } from '../sql.ts'
import type { Baselines, KeptRun, Promotion } from '../types.ts'
import { keptRunOf, readRecord } from './runs.ts'

/** The log of promotions, oldest first; of one target or of all. The order is that of writing, whatever the clocks said. */
export async function readPromotions(sql: Sql, targetName?: string): Promise<readonly Promotion[]> {
  const rows = await sql.all(
    `SELECT * FROM promotions ${targetName === undefined ? '' : 'WHERE target_name = ?'} ORDER BY nth`,
    ...(targetName === undefined ? [] : [targetName]),
  )
  return rows.map(promotionOf)
}

export async function readLastPromotion(sql: Sql, targetName: string): Promise<Promotion | undefined> {
  const [row] = await sql.all(
    'SELECT * FROM promotions WHERE target_name = ? ORDER BY nth DESC LIMIT 1',
    targetName,
  )
  return row && promotionOf(row)
}

/** The baseline of a target; undefined where none was ever promoted. Throws `store-unusable` where its run is gone. */
export async function readBaseline(
  sql: Sql,
  targetName: string,
  place: string,
): Promise<{ readonly promotion: Promotion; readonly run: KeptRun } | undefined> {
  const promotion = await readLastPromotion(sql, targetName)
  if (!promotion) return undefined
  const record = await readRecord(sql, promotion.runId)
  if (record) return { promotion, run: keptRunOf(record) }
  throw new HarnessError(
    'store-unusable',
    `The baseline of ${targetName}, run ${promotion.runId}, is not in the history ${place} any more: promote another run with \`infergate baseline promote RUN --reason TEXT\`, or import the run from an export.`,
  )
}

export async function addPromotion(sql: Sql, promotion: Promotion): Promise<void> {
  const { target, runId, reason, by, at, replaces } = promotion
  await sql.run(
    `INSERT INTO promotions (target_name, run_id, reason, promoted_by, promoted_at, replaces)
     VALUES (?, ?, ?, ?, ?, ?)`,
    ...[target, runId, reason, by, at, replaces ?? null],
  )
}

/** See `Baselines`. */
export async function promote(
  sql: Sql,
  { runId, expected, ...said }: Parameters<Baselines['promote']>[0],
  place: string,
): Promise<Promotion> {
  const record = await readRecord(sql, runId)
  if (!record)
    throw new HarnessError(
      'usage',
      `There is no run ${runId} in the history ${place}: \`infergate history show\` lists those that there are.`,
    )
  const run = keptRunOf(record)
  const flaw = whyNoBaseline(run)
  if (flaw !== undefined) throw new HarnessError('usage', `Run ${runId} cannot be a baseline: ${flaw}.`)
  const current = await readLastPromotion(sql, run.target)
  if (current?.runId !== expected)
    throw new HarnessError(
      'usage',
      `The baseline of ${run.target} is ${current?.runId ?? 'none'} by now, not ${expected ?? 'none'}: somebody else promoted in between. Look with \`infergate baseline show\`, then promote again.`,
    )
  const promotion = {
    ...{ target: run.target, runId, ...said },
    ...(current && { replaces: current.runId }),
  }
  await addPromotion(sql, promotion)
  return promotion
}

function whyNoBaseline({ verdict, state, command, starts }: KeptRun): string | undefined {
  if (state !== 'complete') return `it is ${state}, and only a complete run can be one`
  if (verdict !== 'PASS') return `its verdict is ${verdict}, and only a PASS can be one`
  if (command === 'bench') return 'a benchmark checks no promise; promote a run of `infergate gate`'
  if (command === 'watch') return 'a watch checks no promise; promote a run of `infergate gate`'
  if (starts.length === 0) return 'it kept no figures of its starts; promote a run of `infergate gate`'
  return undefined
}

function promotionOf(row: Row): Promotion {
  const { target_name, run_id, reason, promoted_by, promoted_at, replaces } = row
  return {
    ...{ target: String(target_name), runId: String(run_id), reason: String(reason) },
    ...{ by: String(promoted_by), at: String(promoted_at) },
    ...(replaces !== null && { replaces: String(replaces) }),
  }
}

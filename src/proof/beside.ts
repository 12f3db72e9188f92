import { FAULTS } from '../simulator/index.ts'
import { isStale, type RepeatedFaults, type Scanned } from './kept.ts'
import { cell, table } from './markdown.ts'

/** What was measured beside the matrix and is kept: faults before a real engine, and another scanner on public faults. */
export const besides = (
  repeated: RepeatedFaults | undefined,
  scanned: Scanned | undefined,
): readonly string[] => [
  ...(repeated ? beforeAnEngine(repeated) : []),
  ...(scanned ? besideAScanner(scanned) : []),
]

function beforeAnEngine({ date, engine, toolVersion, rows }: RepeatedFaults): readonly string[] {
  const cells = rows.map((row) => [
    row.fault,
    `\`${row.check}\``,
    cell(row.reason, 200),
    isStale(
      row,
      FAULTS.find(({ id }) => id === row.fault),
    )
      ? '**stale**: the fault declares something else'
      : 'yes',
  ])
  return [
    ...['## Before a real engine', ''],
    `The same switches in a proxy in front of ${engine}, ${date}, infergate ${toolVersion}: ${rows.length} faults that need nothing but the wire.`,
    '`INFERGATE_KEEP_PROOF=1 npm run test:container` writes them.',
    ...[
      '',
      ...table(['fault', 'caught by the same check', 'what the reason says', 'as declared'], cells),
      '',
    ],
  ]
}

function besideAScanner({ date, toolVersion, scanner, rows }: Scanned): readonly string[] {
  const count = (is: (row: Scanned['rows'][number]) => boolean) => rows.filter(is).length
  const cells = rows.map(({ id, source, isNamed, missing }) => [
    source.startsWith('http') ? `[${id}](${source})` : id,
    isNamed ? 'yes' : '**no**',
    missing.length > 0 ? missing.map((probe) => `\`${probe}\``).join(', ') : '–',
  ])
  return [
    ...['## Beside another scanner', ''],
    `Public faults, reproduced by a proxy before the simulator (docs/public-reports.md), ${date}, infergate ${toolVersion}: infergate fails`,
    `${count(({ isNamed }) => isNamed)} of ${rows.length} with a reason that names the cause; of the same ${rows.length}, a probe of ${scanner} with its profile`,
    `\`modern\` does not pass in ${count(({ missing }) => missing.length > 0)}. \`npm run public-reports\` writes both.`,
    ...[
      '',
      ...table(['public fault', 'infergate names it', `probes of ${scanner} that do not pass`], cells),
      '',
    ],
  ]
}

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const LEAVES = [
  ...[
    'capabilities',
    'clock',
    'disk',
    'errors',
    'event-loop',
    'load',
    'owner',
    'process-stat',
    'proxies',
    'random',
    'references',
    'safe-text',
    'secret',
    'secret-names',
    'shell-word',
    'tool-version',
    'user-module',
  ],
]

/** The import table of ARCHITECTURE.md. Leaves may be imported by all; tests and what they share may reach anywhere. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  records: [],
  statistics: [],
  config: [],
  targets: [],
  history: [],
  reporters: [],
  simulator: [],
  stub: [],
  trend: [],
  lint: [],
  judges: [],
  verdict: [],
  client: ['judges'],
  promises: ['client', 'judges'],
  benchmark: ['client', 'judges', 'stub'],
  checks: ['client', 'judges', 'promises'],
  'bug-report': ['client', 'judges', 'promises', 'checks'],
  run: [
    'config',
    'targets',
    'client',
    'checks',
    'benchmark',
    'verdict',
    'promises',
    'reporters',
    'history',
    'commands',
  ],
  proof: ['run', 'simulator'],
  deploy: ['config', 'targets', 'client', 'run'],
  watch: ['run', 'targets', 'client', 'judges', 'benchmark'],
  viewer: ['run', 'verdict', 'reporters'],
}
/** The composition root and what it is made of: these see every stage. */
const ROOTS = ['index', 'cli', 'commands', 'vitest']

type Import = { readonly from: string; readonly to: string }

const files = globSync('{src,suites}/**/*.ts', { cwd: root }).filter(
  (file) => !file.endsWith('.test.ts') && !file.includes('/testing/'),
)

const unit = (file: string): string => {
  const [top, second = ''] = file.split('/')
  return top === 'suites' ? 'suites' : second.replace(/\.ts$/, '')
}

const imports: Import[] = files.flatMap((file) => {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.') || name === '#infergate')
    .map((name) => ({
      from: file,
      to: name === '#infergate' ? 'src/index.ts' : relative(root, normalize(join(root, dirname(file), name))),
    }))
})

test('the scan sees the code: an empty list would prove nothing', () => {
  expect(files.length).toBeGreaterThan(10)
  expect(imports.length).toBeGreaterThan(10)
})

test('each folder imports only what the table allows', () => {
  const allowed = ({ from, to }: Import): boolean => {
    const [source, target] = [unit(from), unit(to)]
    if (source === target) return true
    if (source === 'suites') return to === 'src/index.ts' || to.startsWith('fixtures/')
    if (to.startsWith('suites/') || to.startsWith('fixtures/')) return false
    if (LEAVES.includes(target)) return true
    // A leaf knows leaves alone.
    if (LEAVES.includes(source)) return false
    if (ROOTS.includes(source)) return source !== 'index' || !ROOTS.includes(target)
    if (target === 'records' || (target === 'statistics' && source !== 'records')) return true
    return MAY_IMPORT[source]?.includes(target) ?? false
  }
  expect(imports.filter((edge) => !allowed(edge)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
})

test('every folder of src has a row in the table', () => {
  const folders = new Set(files.filter((file) => file.startsWith('src/')).map(unit))
  expect(
    [...folders].filter((name) => !(name in MAY_IMPORT) && ![...LEAVES, ...ROOTS].includes(name)),
  ).toEqual([])
})

test('no import cycle', () => {
  const edges = Map.groupBy(imports, ({ from }) => from)
  const done = new Set<string>()
  const cycleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { to } of edges.get(file) ?? []) {
      const cycle = cycleFrom(to, [...path, file])
      if (cycle) return cycle
    }
    done.add(file)
    return undefined
  }
  expect(files.map((file) => cycleFrom(file, [])).filter(Boolean)).toEqual([])
})

test('only the leaves read the clock, set timers or draw chance: time has one source, which a test can hold', () => {
  const forbidden =
    /\bDate\.now\b|new Date\(\)|\bperformance\b|process\.hrtime|\bset(?:Timeout|Interval)\b|AbortSignal\.timeout|Math\.random|randomUUID|randomBytes|getRandomValues|Temporal\.Now/
  const readers = files
    .filter((file) => !LEAVES.map((leaf) => `src/${leaf}.ts`).includes(file) && !file.includes('/testing/'))
    // What a browser runs has the browser's time.
    .filter((file) => !/^src\/reporters\/html\/(client|generated)\//.test(file))
    .filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8')))
  expect(readers).toEqual([])
})

test('records are types alone, and no folder of the simulator imports one above it', () => {
  const values = files
    .filter((file) => file.startsWith('src/records/'))
    .filter((file) =>
      /^export (?:const|function|class|let|enum)\b/m.test(readFileSync(join(root, file), 'utf8')),
    )
  expect(values).toEqual([])
  // The model and its constraints know no wire, the wires know no faults.
  const LOW = ['src/simulator/model/', 'src/simulator/constraint/']
  const WIRES = ['src/simulator/openai/', 'src/simulator/ananke/']
  const isIn = (file: string, folders: readonly string[]) => folders.some((folder) => file.startsWith(folder))
  const upwards = imports.filter(
    ({ from, to }) =>
      (isIn(from, LOW) && isIn(to, [...WIRES, 'src/simulator/faults/'])) ||
      (isIn(from, WIRES) && isIn(to, ['src/simulator/faults/'])),
  )
  expect(upwards).toEqual([])
})

test('no file is longer than 300 lines, and half of them are below 100', () => {
  const lengths = globSync('{src,suites,build,testing,e2e,containers,engines,benchmarks}/**/*.ts', {
    cwd: root,
  }).map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
  // A list of faults is data: each row by itself is read.
  const most = (file: string) => (file.startsWith('src/simulator/faults/') ? 400 : 300)
  expect(lengths.filter(([file, length]) => length > most(file))).toEqual([])
  expect(
    lengths.map(([, length]) => length).toSorted((a, b) => a - b)[Math.floor(lengths.length / 2)],
  ).toBeLessThan(100)
})

test('nothing is used that Node 22 lacks and whose types are there all the same', () => {
  const newer = /\b(?:Async)?DisposableStack\b|\bnew SuppressedError\b|import\.meta\.main|\bmkdtempDisposable/
  const users = files.filter((file) => newer.test(readFileSync(join(root, file), 'utf8')))
  expect(users).toEqual([])
})

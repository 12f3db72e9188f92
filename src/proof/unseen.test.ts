import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { DEFAULT_MODEL, FAULTS } from '../simulator/index.ts'

const root = join(import.meta.dirname, '../..')

/** All that has a part in a verdict on a service. */
const JUDGING = '{suites,src/promises,src/checks,src/judges,src/client,src/benchmark,src/verdict}/**/*.ts'

const code = globSync(JUDGING, { cwd: root })
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('/testing/'))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

const found = (words: readonly string[]) =>
  code.flatMap(({ file, text }) =>
    words.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`),
  )

/** Words that a fault puts on the wire: its longer literals of several words. A path, and a name that a wire has, are anybody's. */
function saidByFaults(): readonly string[] {
  const files = globSync('src/simulator/faults/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  return files.flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    )
    const literals: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) literals.push(node.text)
      ts.forEachChild(node, visit)
    }
    visit(source)
    return literals.filter((text) => / /.test(text) && text.length >= 20)
  })
}

test('no check reads the id of a fault, or what a fault says', () => {
  expect(code.length).toBeGreaterThan(100)
  expect(found(FAULTS.map(({ id }) => id))).toEqual([])
  // A few words may be anybody's.
  const sentences = FAULTS.map(({ says }) => says).filter((text) => text.length >= 24)
  expect(found(sentences)).toEqual([])
  const said = saidByFaults()
  expect(said.length).toBeGreaterThan(20)
  expect(found(said)).toEqual([])
})

test('no check knows the simulator: neither its name nor that of its model', () => {
  const knowing = code.filter(({ text }) => text.includes(DEFAULT_MODEL) || /from '.*simulator/.test(text))
  expect(knowing.map(({ file }) => file)).toEqual([])
})

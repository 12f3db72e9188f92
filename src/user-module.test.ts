import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { promise } from './index.ts'
import { CODE_ENDINGS, importUserModule } from './user-module.ts'

/** A package of the user's, with these files in it. */
function packageWith(type: string | undefined, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'infergate-user-module-'))
  const manifest = { name: 'mine', version: '1.0.0', ...(type && { type }) }
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const ESM =
  "import { promise } from 'infergate'\nawait 0\nexport default { promise, here: import.meta.dirname }\n"
const CJS = "const { promise } = require('infergate')\nmodule.exports = { promise, here: __dirname }\n"

for (const type of ['commonjs', 'module', undefined])
  for (const ending of CODE_ENDINGS)
    test(`a .${ending} file loads in a package of type ${type ?? 'none'}, in either syntax, and meets the running copy`, async () => {
      const folder = packageWith(type, { [`esm.${ending}`]: ESM, [`cjs.${ending}`]: CJS })
      for (const name of ['esm', 'cjs']) {
        // `import x` in a .cjs file and the like are forgiven: what was meant is clear.
        const loaded = await importUserModule(join(folder, `${name}.${ending}`))
        expect(loaded.default).toEqual({ promise, here: folder })
      }
    })

test('TypeScript may hold types of infergate, and what has to be compiled', async () => {
  const text =
    "import type { Config } from 'infergate'\nenum Seed { one = 1 }\nexport default { seed: Seed.one } satisfies Config\n"
  const folder = packageWith('commonjs', { 'a.ts': text })
  expect((await importUserModule(join(folder, 'a.ts'))).default).toEqual({ seed: 1 })
})

test('the running copy wins over another one that is installed, and nothing is written', async () => {
  const folder = packageWith('module', {
    'a.mjs': ESM,
    'node_modules/infergate/package.json': '{ "type": "module", "exports": "./i.js" }',
    'node_modules/infergate/i.js': 'export const promise = "another copy"',
  })
  expect((await importUserModule(join(folder, 'a.mjs'))).default).toMatchObject({ promise })
  expect(readdirSync(folder).sort()).toEqual(['a.mjs', 'node_modules', 'package.json'])
  expect(readdirSync(join(folder, 'node_modules'))).toEqual(['infergate'])
})

test('a file is evaluated at each call, what it imports is shared', async () => {
  const folder = packageWith('commonjs', {
    'shared.ts': 'export let calls = 0\nexport const call = () => ++calls\n',
    'a.ts': "import { call } from './shared.ts'\nexport default call()\n",
    'b.ts': "import { call } from './shared'\nexport default call()\n",
  })
  const [a, b] = [join(folder, 'a.ts'), join(folder, 'b.ts')]
  const calls = [await importUserModule(a), await importUserModule(b), await importUserModule(a)]
  expect(calls.map((loaded) => loaded.default)).toEqual([1, 2, 3])
})

test('packages of the user are found beside the file', async () => {
  const folder = packageWith('commonjs', {
    'a.ts': "import { answer } from 'theirs'\nexport default answer\n",
    'node_modules/theirs/package.json': '{ "type": "module", "exports": "./i.js" }',
    'node_modules/theirs/i.js': 'export const answer = await 42',
  })
  expect((await importUserModule(join(folder, 'a.ts'))).default).toBe(42)
})

test.for([
  [
    'does not parse',
    'const a = 1\nexport default {\n  b: = 2 }\n',
    /a\.ts cannot be loaded: .*Unexpected token \(line 3\)/,
  ],
  [
    'throws',
    "\n\nthrow new TypeError('boom')\n",
    /a\.ts cannot be loaded: TypeError: boom \(line 3\)\. Correct it/,
  ],
  ['throws no error', "throw 'boom'", /cannot be loaded: boom\./],
  [
    'imports what is not there',
    "import 'no-such-package'\n",
    /cannot be loaded: Error: Cannot find module 'no-such-package'/,
  ],
  ['imports what does not parse', "import './b.ts'\n", /a\.ts cannot be loaded: .*\(\S*b\.ts, line 1\)/],
] as const)('a file that %s is refused with the place', async ([, text, message]) => {
  const folder = packageWith('commonjs', { 'a.ts': text, 'b.ts': 'export default {' })
  const refused = importUserModule(join(folder, 'a.ts'), 'suite file')
  await expect(refused).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringMatching(message),
  })
  await expect(refused).rejects.toThrow(/^The suite file \//)
})

test('a file that is not there is refused', async () => {
  await expect(importUserModule('/no/such/file.ts')).rejects.toThrow(
    /file\.ts cannot be loaded: there is no such file/,
  )
})

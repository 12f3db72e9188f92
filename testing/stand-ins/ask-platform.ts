/** What the STAND-INS `modal` and `kubectl` run: hands the words, and the files that they name, to the platform of the test and says what that says. */
import { readFileSync } from 'node:fs'
import type { Said, Typed } from './typed.ts'

const [tool = '', ...argv] = process.argv.slice(2)
const files = argv.filter((word) => /\.(?:ya?ml|py)$/.test(word)).map((file) => readFileSync(file, 'utf8'))
const typed: Typed = { tool, argv, files, release: process.env['INFERGATE_VERSION'] ?? '' }
const address = process.env['STAND_IN_PLATFORM']
if (address === undefined) throw new Error('this is a stand-in: STAND_IN_PLATFORM says where its platform is')
const answer = await fetch(address, { method: 'POST', body: JSON.stringify(typed) })
const { code, stdout, stderr } = (await answer.json()) as Said
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = code

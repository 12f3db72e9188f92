/**
 * node build/record-cli-options.ts modal|kubectl
 *
 * Asks the real command line tool on the PATH which options its commands have, and writes fixtures/cli-options/TOOL.json: what the
 * presets of `infergate deploy` and the stand-ins in testing/stand-ins are held against. Nothing is sent anywhere.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const COMMANDS = {
  modal: ['deploy', 'app list', 'app logs', 'app history', 'app rollback', 'app stop'],
  kubectl: ['apply', 'set image', 'rollout status', 'rollout undo', 'get', 'logs', 'options'],
}

const [tool] = process.argv.slice(2)
if (tool !== 'modal' && tool !== 'kubectl')
  throw new Error('usage: node build/record-cli-options.ts modal|kubectl')

const say = (...args: readonly string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', env: { ...process.env, COLUMNS: '200', NO_COLOR: '1' } })

/** Each line of a help that begins with options has them before two spaces, a colon, or the end. */
const optionsIn = (help: string): readonly string[] => {
  const heads = help.match(/^[ │]*(?:-\w\b|--[\w-]+).*$/gm) ?? []
  const names = heads.flatMap(
    (line) => line.split(/ {2,}\w|:/)[0]?.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? [],
  )
  return [...new Set(names)].sort()
}

const options = Object.fromEntries(
  COMMANDS[tool].map((command) => {
    const help = command === 'options' ? say('options') : say(...command.split(' '), '--help')
    const found = optionsIn(help)
    if (found.length === 0) throw new Error(`${tool} ${command} --help shows no options:\n${help}`)
    return [command, found]
  }),
)
const version =
  tool === 'modal'
    ? say('--version').match(/\d+\.\d+\.\d+/)?.[0]
    : JSON.parse(say('version', '--client', '--output', 'json')).clientVersion.gitVersion
const file = join(import.meta.dirname, '..', 'fixtures', 'cli-options', `${tool}.json`)
writeFileSync(file, `${JSON.stringify({ tool, version, options }, undefined, 2)}\n`)
process.stdout.write(`${file}: ${tool} ${version}, ${Object.keys(options).length} commands\n`)

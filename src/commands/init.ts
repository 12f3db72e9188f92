import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, type ExitCode, HarnessError } from '../errors.ts'
import type { Io } from './io.ts'

const CONFIG = 'infergate.config.ts'
const CI = 'infergate.ci.yml'

/** Writes a first configuration and an example for CI. A file that is already there is never touched. */
export async function runInit(io: Io): Promise<ExitCode> {
  const files = [
    [CONFIG, CONFIG_TEXT],
    [CI, CI_TEXT],
  ] as const
  const present = files.map(([name]) => name).filter((name) => existsSync(join(io.cwd, name)))
  if (present.length > 0)
    throw new HarnessError(
      'usage',
      `${present.join(' and ')} already exist${present.length === 1 ? 's' : ''} in ${io.cwd} and nothing was written: edit what is there, or move it away and run \`infergate init\` again.`,
    )
  for (const [name, text] of files) write(join(io.cwd, name), text)
  io.stdout(`Wrote ${CONFIG} and ${CI}.\n`)
  io.stderr(NEXT_STEPS)
  return EXIT.pass
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (cause) {
    throw new HarnessError(
      'usage',
      `${file} cannot be written (${cause instanceof Error ? cause.message : String(cause)}): choose a folder that you may write to.`,
      { cause },
    )
  }
}

const NEXT_STEPS = `
Next:
  npx infergate gate --target simulator   try infergate itself: it ends in PASS
  npx infergate gate --url URL            judge a service that already runs
  ${CONFIG}                     describe your own service, then: npx infergate gate --target NAME
  ${CI}                        an example for GitHub Actions: copy it to .github/workflows/
`

// The import is of a type alone: nothing of it is left when the file is loaded.
const CONFIG_TEXT = `import type { Config } from 'infergate'

export default {
  // What is judged when no flag says otherwise: a name from \`targets\`. Without it, \`infergate gate\` asks for one.
  // target: 'staging',

  targets: {
    // A service that infergate starts and stops itself; {port} becomes a free port.
    // local: {
    //   kind: 'process',
    //   dialect: 'openai',
    //   command: ['vllm', 'serve', 'my/model', '--port', '{port}'],
    // },

    // A service that already runs. The key stays in the environment and goes to this address only.
    // staging: {
    //   kind: 'url',
    //   dialect: 'openai',
    //   url: 'https://staging.example.com',
    //   headers: { Authorization: { env: 'STAGING_API_KEY', prefix: 'Bearer ' } },
    // },
  },

  // What a PASS needs beside kept promises, fixed before a run.
  policy: {
    warmE2eMsP50: 500, // budget of a warm answer, median, milliseconds
    warmToColdRatio: 0.3, // a warm answer takes at most this share of a cold start
  },

  // Your own suites, beside the built-in ones.
  // suites: ['./suites/*.suite.ts'],
} satisfies Config
`

const CI_TEXT = `# Copy to .github/workflows/infergate.yml. The job fails unless the verdict is PASS (exit 0).
name: infergate
on:
  pull_request:
  schedule:
    - cron: '17 3 * * *'
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      # The target that infergate.config.ts describes; the job's summary and annotations come by themselves.
      - run: npx infergate gate --target staging --max-seconds 300
        env:
          STAGING_API_KEY: \${{ secrets.STAGING_API_KEY }}
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: infergate-report
          path: reports/
`

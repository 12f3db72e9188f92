import type { FoundService } from './find-service.ts'

/** The target that `init` writes where it has found a service. */
export const FOUND_TARGET = 'service'
const EXAMPLE_TARGET = 'staging'

/** infergate.config.ts, with the service that was found or with examples alone. */
export const configText = (
  found: FoundService | undefined,
): string => `import type { Config } from 'infergate'

export default {
  // What is judged when no flag says otherwise: a name from \`targets\`. Without it, \`infergate gate\` asks for one.
${found ? `  target: '${FOUND_TARGET}',` : `  // target: '${EXAMPLE_TARGET}',`}

  targets: {
${found ? `${foundTarget(found)}\n\n` : ''}    // A service that infergate starts and stops itself; {port} becomes a free port.
    // local: {
    //   kind: 'process',
    //   dialect: 'openai',
    //   command: ['vllm', 'serve', 'my/model', '--port', '{port}'],
    // },

    // A service that already runs. The key stays in the environment and goes to this address only.
    // ${EXAMPLE_TARGET}: {
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

function foundTarget({ url, from, model, keyVariable }: FoundService): string {
  return [
    `    // Found by infergate init: ${from}.`,
    `    ${FOUND_TARGET}: {`,
    `      kind: 'url',`,
    `      dialect: 'openai',`,
    `      url: ${JSON.stringify(url)},`,
    ...(model === undefined ? [] : [`      model: ${JSON.stringify(model)},`]),
    ...(keyVariable === undefined
      ? []
      : [`      headers: { Authorization: { env: '${keyVariable}', prefix: 'Bearer ' } },`]),
    '    },',
  ].join('\n')
}

/** infergate.ci.yml: the gate on each change, a night with its trend on schedule, as docs/ci/github.md describes them. */
export function ciText(found: FoundService | undefined): string {
  const target = found ? FOUND_TARGET : EXAMPLE_TARGET
  const key = found ? found.keyVariable : 'STAGING_API_KEY'
  const env = key === undefined ? '' : `\n        env:\n          ${key}: \${{ secrets.${key} }}`
  return `# Copy to .github/workflows/infergate.yml and write the place of infergate's repository for OWNER.
# The job fails unless the verdict is PASS (exit 0). All inputs of the action: docs/ci/github.md there.
name: infergate
on:
  pull_request:
  push:
    branches: [main] # its reports are the baseline
  schedule:
    - cron: '17 3 * * *'
# A newer commit ends the run of an older one, whose comment would be about the wrong code.
concurrency:
  group: infergate-\${{ github.event_name }}-\${{ github.ref }}
  cancel-in-progress: true
permissions:
  contents: read
  actions: read # baseline: artifact
  pull-requests: write # comment
jobs:
  gate:
    if: github.event_name != 'schedule'
    runs-on: ubuntu-latest # or a runner of your own that reaches the service
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v4
      # An infergate that the project installs is the one that judges.
      - if: hashFiles('package-lock.json') != ''
        run: npm ci
      - uses: OWNER/infergate@v1
        with:
          target: ${target}
          baseline: artifact
          args: --max-seconds 600${env}
  night:
    if: github.event_name == 'schedule'
    runs-on: ubuntu-latest # another machine is another series
    timeout-minutes: 180
    steps:
      - uses: actions/checkout@v4
      - if: hashFiles('package-lock.json') != ''
        run: npm ci
      - uses: OWNER/infergate@v1
        with:
          command: nightly
          target: ${target}
          reports: infergate-night
          comment: 'false'${env}
`
}

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

/** infergate.ci.yml: the gate on each change, the benchmark and its trend at night, both with one history. */
export function ciText(found: FoundService | undefined): string {
  const target = found ? FOUND_TARGET : EXAMPLE_TARGET
  const key = found ? found.keyVariable : 'STAGING_API_KEY'
  const env = key === undefined ? '' : `\n    env:\n      ${key}: \${{ secrets.${key} }}`
  return `# Copy to .github/workflows/infergate.yml. The job fails unless the verdict is PASS (exit 0).
name: infergate
on:
  pull_request:
  schedule:
    - cron: '17 3 * * *'
jobs:
  gate:
    runs-on: ubuntu-latest${env}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: npm ci
      # The history of earlier runs: what the last accepted one had, and the trend. A new entry a run; the newest is restored.
      - uses: actions/cache@v4
        with:
          path: .infergate
          key: infergate-\${{ github.run_id }}
          restore-keys: infergate-
      # The target that infergate.config.ts describes; the job's summary and annotations come by themselves.
      - if: github.event_name != 'schedule'
        run: npx infergate gate --target ${target} --max-seconds 300
      - if: github.event_name == 'schedule'
        run: npx infergate bench --target ${target} && npx infergate trend e2eMsP50 --warmth warm
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: infergate-report
          path: reports/
`
}

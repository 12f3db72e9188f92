/** Below the help of `infergate` itself. */
export const EXIT_CODES = `
Exit codes:
  0    PASS: the only one on which a deploy may go on
  10   FAIL: a promise is broken, or a limit
  20   INCONCLUSIVE: not enough evidence; the report says what would settle it
  2    wrong usage or configuration; nothing was run
  30   could not run: target unreachable, store or reports not writable
  130  interrupted (143: terminated); the report holds what was seen until then

Examples:
  infergate gate --url http://127.0.0.1:8000       judge a service that already runs
  infergate gate --target staging                  judge a target of the configuration
  infergate gate --target simulator                try infergate on its built-in simulator
`

/** Below the help of each command. */
export const EXAMPLES = {
  gate: `
Examples:
  infergate gate --url http://127.0.0.1:8000 --model my/model
  infergate gate --target staging --max-seconds 300 --reporter junit=out/junit.xml
  infergate gate --target staging --json > verdict.json
  infergate gate --target staging --plan           what it would cost; nothing is sent
  infergate gate --target simulator                no service of yours is judged: it ends in PASS
  infergate gate --fault reload-per-request        the simulator with a fault: exit 10
`,
  check: `
Examples:
  infergate check --suite health --suite errors
  infergate check --tag smoke --url http://127.0.0.1:8000
  infergate check --grep 'stream|chat' --list
  infergate check --target staging --last-failed
  infergate check --target shared --gentle         without hostile bodies, bad constraints and crowds
`,
  bench: `
Examples:
  infergate bench --target staging
  infergate bench --profile a100 --seed 7          the simulator with the times of an A100
`,
  report: `
Examples:
  infergate report latest
  infergate report latest --json
  infergate report reports/RUN-ID --reporter junit=junit.xml
`,
  waive: `
Example:
  infergate waive latest                           then fill in each reason in infergate.waivers.json
`,
  trend: `
Examples:
  infergate trend
  infergate trend e2eMsP50 --warmth warm --limit 14
`,
  config: `
Examples:
  infergate config print
  infergate config print --target staging
`,
  doctor: `
Examples:
  infergate doctor --target staging
  infergate doctor --url http://127.0.0.1:8000 --json
`,
  init: `
Example:
  npx infergate init && npx infergate gate --target simulator
`,
  simulate: `
Examples:
  infergate simulate --port 8000
  infergate simulate --dialect ananke --profile a100 --fault reload-per-request
  infergate simulate --list-faults
`,
} as const

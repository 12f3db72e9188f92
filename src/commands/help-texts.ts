/** Below the help of `infergate` itself. */
export const EXIT_CODES = `
Exit codes:
  0    PASS: the only one on which a deploy may go on
  10   FAIL: a promise is broken, a limit exceeded, or the run is worse than its baseline
  20   INCONCLUSIVE: not enough evidence; the report says what would settle it
  2    wrong usage or configuration; nothing was run
  30   could not run: target unreachable, store or reports not writable
  40   of a deploy: it failed, and the old version is live again, verified
  41   of a deploy: it failed, and so did the roll-back, or nobody could verify it
  130  interrupted (143: terminated); the report holds what was seen until then
  1    a crash of infergate itself

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
  infergate gate --target modal --no-cold          it scales to zero: no waits for its cold starts
  infergate gate --target staging --baseline last-good     no slower than the last good run
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
  infergate bench --target staging --rate 20 --duration 60 --slo 'ttftMsP99<500' --slo 'goodput>19'
  infergate bench --target staging --search rate --slo 'ttftMsP99<500' --duration 30
  infergate bench --target staging --ladder 1,2,4,8,16    a table, and the knee
  infergate bench --url https://my.host --idle 10m        the first answer after ten minutes without a request
`,
  deploy: `
Examples:
  infergate deploy --target staging --release v8       deploy, judge, keep it or go back
  infergate deploy --target staging --release v8 --plan      what would be run; nothing is
  infergate deploy --target staging --status           how the last one ended, and what is live
  infergate deploy --target staging --rollback         back to what was live before the last one

Exit 0: the new version passed and is live. Exit 40: it failed, and the old version is live again, verified.
Exit 41: the roll-back failed too; the last lines say what is live and what to run. Exit 10: it failed, and there was
nothing to roll back to. Exit 20: INCONCLUSIVE, and onInconclusive is keep. Exit 30: another deploy of the target
goes on, or one that died left a version that nobody judged.
With --status: exit 10 where a deploy has not ended. With --rollback: exit 0 where the old version is live again.
Ctrl-C rolls nothing back: it stops the step and says what is live and what to run.
`,
  prove: `
Examples:
  infergate prove                                  every fault of the simulator, 50 healthy simulators: minutes
  infergate prove --fault usage-zero --seeds 0 --json -
  infergate prove --markdown docs/proof.md
  infergate prove --quick --html proof.html

Exit 0: each fault is caught by a check that states the cause, and each healthy simulator passes. Exit 10: not so.
`,
  watch: `
Examples:
  infergate watch --url http://127.0.0.1:8000 --for 30m
  infergate watch --target prod --every 3s --for 15m --logs 'kubectl logs -f --tail=0 deploy/llm' --on-fail 'kubectl rollout undo deploy/llm'
  infergate watch --target prod --log-file /var/log/llm.log --state /var/lib/infergate/prod.json --metrics-port 9464
  infergate watch --target prod --baseline last-good --for 10m     the first answers are held against the accepted run
  infergate watch --target prod --for 30m --plan                   what it would cost; nothing is sent

Exit 0: nothing was shown to be wrong in all of --for. Exit 10: something was, and the watch ended there. SIGHUP reads the configuration again.
The hook of --on-fail has INFERGATE_REASON, INFERGATE_WATCHED (the target), INFERGATE_RUN_ID and INFERGATE_RUN_FOLDER in its environment.
`,
  compare: `
Examples:
  infergate compare RUN-A RUN-B
  infergate compare RUN-A latest --allow-difference targetName --json
  infergate compare RUN-A latest --html compare.html

Exit 0: no slower by more than the margins of RUN-B. Exit 10: worse. Exit 20: not enough evidence. Exit 2: unlike, with the fields.
`,
  report: `
Examples:
  infergate report latest
  infergate report latest --json
  infergate report reports/RUN-ID --reporter junit=junit.xml
`,
  view: `
Examples:
  infergate view                                   all runs as a list, and live what goes on; Ctrl-C ends it
  infergate view latest                            the newest report
  infergate view RUN-ID --no-open                  only print where it is

Exit 0 also after Ctrl-C. Only browsers of this machine are answered.
`,
  waive: `
Example:
  infergate waive latest                           then fill in each reason in infergate.waivers.json
`,
  nightly: `
Examples:
  infergate nightly --target staging --reference pinned
  infergate nightly --target staging               with nightly.reference in the configuration, or without one
  infergate nightly --target staging --rate 20 --duration 60

Exit codes are those of the night's verdict. What moved over the nights is said below it: infergate trend --fail-on-change.
`,
  trend: `
Examples:
  infergate trend --target staging
  infergate trend e2eMsP50 --warmth warm --limit 14
  infergate trend --target staging --markdown trend.md --svg trend/ --fail-on-change
  infergate trend --html trend.html                every series on one page; #series=… is the address of one
  infergate trend --csv nights.csv --column ttftMs --time day --json    figures that another tool measured
  infergate trend confirm --target staging         measure again what moved, in pairs
  infergate trend accept --target staging --reason 'longer prompts since 2026-03-02'
`,
  trendAccept: `
Example:
  infergate trend accept --target staging --metric ttftMsP50 --reason 'chunked prefill is on: a later first token, more tokens/s'
`,
  trendConfirm: `
Example:
  infergate trend confirm --target staging         exit 10: the change is confirmed; exit 0: it is not
`,
  bugReport: `
Examples:
  infergate bug-report latest                      the worst finding, on stdout
  infergate bug-report latest generation.answers --output bug.md
  infergate bug-report latest --all --no-minimise  every finding; nothing is sent
  infergate bug-report RUN --url http://127.0.0.1:8000

The target of the run is asked again: a URL where it is, any other target is started again for it.
Exit 0: a report was written, or there is nothing to report.
`,
  baseline: `
Examples:
  infergate baseline promote latest --reason 'release 7'
  infergate baseline list --target staging
  infergate baseline show

Where no run was promoted, the last complete PASS of a target is its baseline.
`,
  history: `
Examples:
  infergate history show --target staging
  infergate history export history.jsonl           everything; equal histories have equal hashes
  infergate history export points.csv              the points of the series, for a spreadsheet
  infergate history import history.jsonl           adds what is not there yet, all of it or nothing
  infergate history prune --older-than 400 --dry-run
`,
  lint: `
Examples:
  infergate lint app.py
  infergate lint src/ --sarif lint.sarif           a folder: every .py file in it
  infergate lint app.py --rule secret-in-source --json
  infergate lint --rules                           what it looks for, why, and how to fix it

A comment accepts a finding, on its line or alone on the line before: # infergate: ignore[rule] reason
Exit 0: no finding. Exit 10: findings. Exit 2: a file is missing or does not parse; all the others are judged.
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
  infergate simulate --sleep-after 10 --boot 3 --edge redirects --edge-cap 1   scale to zero
  infergate simulate --list-faults

The dialect openai answers chat, completions, responses and tools as vLLM 0.32 does that was
started with --enable-auto-tool-choice --tool-call-parser hermes.
`,
} as const

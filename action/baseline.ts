import { appendFileSync } from 'node:fs'
import process from 'node:process'
import { api, explain, pages, say, variable } from './github-api.ts'

/** Finds the run of the target branch whose artifact is the baseline: its id is the output `run-id`; none is a warning. */

type Artifact = {
  readonly expired: boolean
  readonly created_at: string
  readonly workflow_run?: {
    readonly id: number
    readonly head_branch: string
    readonly repository_id: number
    readonly head_repository_id: number
  } | null
}
type WorkflowRun = { readonly conclusion: string | null; readonly event: string }

/** More runs than these that did not succeed, one after the other, are no baseline to wait for. */
const MOST_TRIED = 20

const [reports, branch] = [variable('REPORTS'), variable('BRANCH')]
const none = 'this run is held against none'
try {
  const id = await newestRun(`/repos/${variable('GITHUB_REPOSITORY')}/actions`)
  if (id === undefined)
    say('warning', `There is no artifact ${reports} of a run that succeeded on ${branch}: ${none}.`)
  else {
    appendFileSync(variable('GITHUB_OUTPUT'), `run-id=${id}\n`)
    process.stdout.write(`The baseline is the artifact ${reports} of run ${id} on ${branch}.\n`)
  }
} catch (error) {
  say('warning', `No baseline could be looked for, so ${none}. ${explain(error, 'actions: read')}.`)
}

async function newestRun(actions: string): Promise<number | undefined> {
  const named = `${actions}/artifacts?name=${encodeURIComponent(reports)}`
  const found: Artifact[] = []
  for await (const one of pages(named, (page) => (page as { artifacts: readonly Artifact[] }).artifacts))
    if (isOfBranch(one)) found.push(one)
  const ids = found
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at))
    .flatMap(({ workflow_run: run }) => (run ? [run.id] : []))
  for (const id of [...new Set(ids)].slice(0, MOST_TRIED)) {
    const { conclusion, event } = (await api('GET', `${actions}/runs/${id}`)) as WorkflowRun
    // A pull request from the branch judged other code: what it would be merged into, too.
    if (conclusion === 'success' && !event.startsWith('pull_request')) return id
  }
  return undefined
}

/** A fork may have a branch of the same name: what it uploads is nobody's baseline. */
function isOfBranch({ expired, workflow_run: run }: Artifact): boolean {
  if (expired || !run || String(run.id) === process.env['GITHUB_RUN_ID']) return false
  return run.head_branch === branch && run.head_repository_id === run.repository_id
}

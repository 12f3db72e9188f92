import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { api, explain, oneLine, pages, say, variable } from './github-api.ts'

/**
 * One comment beneath a pull request: made by the first run, changed by each later one. Whatever fails here is a warning: the verdict
 * stands without it.
 */

type Comment = {
  readonly id: number
  readonly body?: string | null
  readonly user?: { readonly type?: string } | null
}
type PullRequest = { readonly number: number; readonly head?: { readonly sha?: string } }

/** GitHub takes 65,536 characters. */
const MOST_CHARACTERS = 60_000

try {
  await comment()
} catch (error) {
  say('warning', `The pull request has no comment of this run. ${explain(error, 'pull-requests: write')}.`)
}

async function comment(): Promise<void> {
  const event = JSON.parse(readFileSync(variable('GITHUB_EVENT_PATH'), 'utf8'))
  const pull: PullRequest | undefined = event.pull_request
  if (pull === undefined) {
    process.stdout.write(`No comment: the event ${variable('GITHUB_EVENT_NAME')} is of no pull request.\n`)
    return
  }
  const repository = `/repos/${variable('GITHUB_REPOSITORY')}`
  const marker = markerOf(variable('REPORTS'))
  const body = `${marker}\n${text()}\n${footer(pull)}\n`
  const [first, ...repeated] = await ownComments(`${repository}/issues/${pull.number}/comments`, marker)
  if (first === undefined) await api('POST', `${repository}/issues/${pull.number}/comments`, { body })
  else await api('PATCH', `${repository}/issues/comments/${first.id}`, { body })
  // Two first runs at the same moment make one each.
  for (const { id } of repeated) await api('DELETE', `${repository}/issues/comments/${id}`)
  process.stdout.write(
    `The comment of pull request ${pull.number} was ${first === undefined ? 'made' : 'changed'}.\n`,
  )
}

/** Names the comment of this workflow and these reports: a second gate in the same job has one of its own. */
function markerOf(reports: string): string {
  const name = `${process.env['GITHUB_WORKFLOW'] ?? ''} / ${reports}`
  // Two dashes would end the comment of HTML.
  return `<!-- infergate: ${name.replace(/[^\w ./]/g, '_')} -->`
}

/** Those that a bot wrote and that begin with the marker: what a person quotes is left alone. */
async function ownComments(path: string, marker: string): Promise<readonly Comment[]> {
  const own: Comment[] = []
  for await (const one of pages(path, (page) => page as readonly Comment[]))
    if (one.user?.type === 'Bot' && one.body?.startsWith(marker)) own.push(one)
  return own
}

/** What infergate wrote; of a run that judged nothing, that: an older PASS must not stay beneath the change. */
function text(): string {
  const file = variable('TEXT')
  if (existsSync(file)) return readFileSync(file, 'utf8').slice(0, MOST_CHARACTERS)
  const code = oneLine(process.env['EXIT_CODE'] ?? '', 10)
  const ended = code === '' ? 'ended before its end' : `ended with exit code ${code}`
  return `### infergate: no verdict\n\n> [!WARNING]\n> infergate ${ended} and left no report, so this deploy must not go live. The log of the job says why.\n`
}

function footer({ head }: PullRequest): string {
  const run = `${variable('GITHUB_SERVER_URL')}/${variable('GITHUB_REPOSITORY')}/actions/runs/${variable('GITHUB_RUN_ID')}`
  const artifact = process.env['ARTIFACT_URL'] ?? ''
  const parts = [
    `[the job](${run})`,
    ...(artifact === '' ? [] : [`[the report](${artifact}) (a ZIP; open report.html in it)`]),
    ...(head?.sha === undefined ? [] : [`commit ${head.sha.replace(/\W/g, '').slice(0, 12)}`]),
  ]
  return parts.join(' · ')
}

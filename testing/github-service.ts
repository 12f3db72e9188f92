import type { IncomingMessage, ServerResponse } from 'node:http'
import { startOnLoopback } from './loopback.ts'

/** The part of GitHub's REST API that action.yml speaks to, over HTTP on loopback. */

export type StoredComment = { id: number; body: string; user: { type: 'Bot' | 'User' } }
export type StoredRun = {
  readonly id: number
  readonly conclusion: string | null
  readonly event: string
  readonly head_branch: string
  readonly head_repository_id: number
  readonly expired?: boolean
}

/** One repository, with pull request 7. `refuses`: the token only reads, as that of a fork's pull request does. */
export async function startGithub(runs: readonly StoredRun[] = []) {
  const comments: StoredComment[] = []
  const asked: string[] = []
  const state = { refuses: false }
  const service = await startOnLoopback((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const part of request) text += part
    const { method = '', url = '' } = request
    asked.push(`${method} ${url}`)
    const [status, body] = route(method, new URL(url, 'http://github'), text)
    if (request.headers.authorization !== 'Bearer a-token')
      return send(response, 401, { message: 'Bad credentials' })
    send(response, status, body)
  }

  function route(method: string, url: URL, text: string): [number, unknown] {
    const { pathname } = url
    const page = Number(url.searchParams.get('page') ?? 1)
    const size = Number(url.searchParams.get('per_page') ?? 30)
    const slice = <Item>(items: readonly Item[]) => items.slice((page - 1) * size, page * size)
    if (method !== 'GET' && state.refuses) return [403, { message: 'Resource not accessible by integration' }]
    if (pathname === '/repos/acme/app/issues/7/comments' && method === 'GET') return [200, slice(comments)]
    if (pathname === '/repos/acme/app/issues/7/comments' && method === 'POST') {
      const comment: StoredComment = {
        id: 1_000 + comments.length,
        body: JSON.parse(text).body,
        user: { type: 'Bot' },
      }
      comments.push(comment)
      return [201, comment]
    }
    const [, id = ''] = /^\/repos\/acme\/app\/issues\/comments\/(\d+)$/.exec(pathname) ?? []
    const at = comments.findIndex((one) => one.id === Number(id))
    const comment = comments[at]
    if (comment && method === 'PATCH') {
      comment.body = JSON.parse(text).body
      return [200, comment]
    }
    if (comment && method === 'DELETE') {
      comments.splice(at, 1)
      return [204, undefined]
    }
    if (pathname === '/repos/acme/app/actions/artifacts') {
      const named = url.searchParams.get('name') === 'infergate-report' ? runs : []
      return [200, { total_count: named.length, artifacts: slice(named.map(artifactOf)) }]
    }
    const run = runs.find((one) => pathname === `/repos/acme/app/actions/runs/${one.id}`)
    return run ? [200, run] : [404, { message: 'Not Found' }]
  }

  return { ...service, comments, asked, state }
}

const artifactOf = ({ id, head_branch, head_repository_id, expired = false }: StoredRun) => ({
  ...{ id: id * 10, name: 'infergate-report', expired },
  created_at: new Date(Date.UTC(2026, 0, 1) + id * 60_000).toISOString(),
  workflow_run: { id, head_branch, repository_id: 1, head_repository_id },
})

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

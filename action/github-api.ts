import process from 'node:process'

/** GitHub's REST API for the steps of action.yml: no package of npm, since the project's own infergate may be the only one installed. */

const PATIENCE_MS = 20_000
const PAGE = 100
/** Of a list that grows without end, the newest thousand. */
const MOST_PAGES = 10

/** What GitHub said no to, with its status. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, what: string, body: string) {
    super(`${what}: HTTP ${status} ${oneLine(body, 200)}`)
    this.status = status
  }
}

export async function api(method: string, path: string, body?: unknown): Promise<unknown> {
  const base = process.env['GITHUB_API_URL'] ?? 'https://api.github.com'
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${process.env['TOKEN'] ?? ''}`,
      'user-agent': 'infergate-action',
      'x-github-api-version': '2022-11-28',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // A redirect would take the token along.
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Refused(response.status, `${method} ${path}`, text)
  return text === '' ? undefined : JSON.parse(text)
}

/** Every item of a list, page by page; `itemsOf` finds them in a page. */
export async function* pages<Item>(
  path: string,
  itemsOf: (page: unknown) => readonly Item[],
): AsyncGenerator<Item> {
  const joint = path.includes('?') ? '&' : '?'
  for (let page = 1; page <= MOST_PAGES; page++) {
    const items = itemsOf(await api('GET', `${path}${joint}per_page=${PAGE}&page=${page}`))
    yield* items
    if (items.length < PAGE) return
  }
}

/** A line of the job that GitHub shows beside it. A line end or a `%` would begin or spoil another command. */
export function say(level: 'notice' | 'warning', text: string): void {
  const escaped = oneLine(text, 1_000).replaceAll('%', '%25')
  process.stdout.write(`::${level} title=infergate::${escaped}\n`)
}

export const oneLine = (text: string, limit: number): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, limit)

/** What the runner always sets. Throws where it did not: then this is no step of a job. */
export function variable(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: run this as a step of action.yml.`)
  return value
}

/** `reason`, or what GitHub refused and which permission would let it. */
export function explain(error: unknown, permission: string): string {
  const text = error instanceof Error ? error.message : String(error)
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''
  const isRefused = error instanceof Refused && [401, 403, 404].includes(error.status)
  return isRefused
    ? `The token may not: ${text}. A pull request from a fork has a token that only reads; elsewhere give the job \`permissions: ${permission}\``
    : `${text}${cause}`
}

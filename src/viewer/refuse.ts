import type { IncomingMessage } from 'node:http'

export type Refusal = { readonly status: number; readonly says: string; readonly allow?: string }

/** How this machine calls itself. A name of anybody else's may lead here too (DNS rebinding), and its pages could then read all runs. */
const OWN_NAME = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i

/**
 * Why a request is not answered; undefined where it is. The runs are for who sits at this machine: no other site may read them
 * through his browser, and nothing can be changed.
 */
export function refuse({ method = '', headers, url = '' }: IncomingMessage): Refusal | undefined {
  const { host = '', origin } = headers
  if (!OWN_NAME.test(host))
    return {
      status: 403,
      says: 'This address is for this machine alone, and the request names another host. Open the address that `infergate view` printed. From another machine: `ssh -L PORT:127.0.0.1:PORT`, then http://127.0.0.1:PORT.',
    }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return { status: 403, says: 'Another site asked for this page. Open the address in its own tab.' }
  if (isFromElsewhere(headers))
    return { status: 403, says: 'Another site asked for this page. Open the address in its own tab.' }
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, says: 'The runs can be read and not changed: use GET.', allow: 'GET, HEAD' }
  return url.startsWith('/')
    ? undefined
    : { status: 400, says: 'This is no proxy: ask for a path, such as /.' }
}

/** A link that a person follows in a tab is his own wish, and no site can read what it shows; a frame, a script, an image is not. */
function isFromElsewhere(headers: IncomingMessage['headers']): boolean {
  const site = headers['sec-fetch-site'] ?? 'none'
  const isFollowed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return site !== 'none' && site !== 'same-origin' && !isFollowed
}

/**
 * The steps of a path, each decoded once; undefined where one of them leads up, hides a separator or is no text. Read by hand: `URL`
 * would resolve what has to be refused.
 */
export function stepsOf(url: string): readonly string[] | undefined {
  const [path = ''] = url.split(/[?#]/, 1)
  const steps: string[] = []
  for (const raw of path.slice(1).split('/')) {
    const step = decoded(raw)
    if (step === undefined || step === '.' || step === '..' || /[/\\\0]/.test(step)) return undefined
    steps.push(step)
  }
  return steps
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

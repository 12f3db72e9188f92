import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MOST_READERS } from './feed.ts'
import { startViewer } from './serve.ts'
import { rawGet, rawRequest } from './testing/raw-request.ts'
import { keepRun, reportsFolder } from './testing/runs.ts'

async function viewer(root = reportsFolder()) {
  const started = await startViewer(root)
  onTestFinished(() => started[Symbol.asyncDispose]())
  return { root, url: started.url }
}

describe('who is answered', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    '192.168.0.7:8000',
    '',
    'localhost@evil',
  ])('a request that names the host "%s" is refused, with what to do', async (host) => {
    const { url } = await viewer()
    const { status, body } = await rawRequest(url, ['GET / HTTP/1.1', `host: ${host}`])
    expect([status, body]).toEqual([403, expect.stringContaining('infergate view')])
  })

  test.each(['localhost:9', '127.0.0.1:8080', '[::1]:1'])(
    'a tunnel may have another port: %s',
    async (host) => {
      const { url } = await viewer()
      expect((await rawRequest(url, ['GET / HTTP/1.1', `host: ${host}`])).status).toBe(200)
    },
  )

  test.each([
    [['origin: http://evil.example']],
    [['origin: null']],
    [['sec-fetch-site: cross-site', 'sec-fetch-mode: no-cors', 'sec-fetch-dest: script']],
    [['sec-fetch-site: cross-site', 'sec-fetch-mode: navigate', 'sec-fetch-dest: iframe']],
    [['sec-fetch-site: same-site', 'sec-fetch-mode: cors', 'sec-fetch-dest: empty']],
  ])('what another site asks for is refused: %s', async (headers) => {
    const { url } = await viewer()
    expect((await rawGet(url, '/', headers)).status).toBe(403)
  })

  test('a link that a person follows in a tab is answered', async () => {
    const { url } = await viewer()
    const headers = ['sec-fetch-site: cross-site', 'sec-fetch-mode: navigate', 'sec-fetch-dest: document']
    expect((await rawGet(url, '/', headers)).status).toBe(200)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s changes nothing: 405', async (method) => {
    const { url } = await viewer()
    const host = `host: ${new URL(url).host}`
    const { status, head } = await rawRequest(url, [`${method} / HTTP/1.1`, host, 'content-length: 0'])
    expect([status, head]).toEqual([405, expect.stringContaining('allow: get, head')])
  })

  test('HEAD is a GET without its text', async () => {
    const { url } = await viewer()
    const { status, head, body } = await rawRequest(url, ['HEAD / HTTP/1.1', `host: ${new URL(url).host}`])
    expect([status, body]).toEqual([200, ''])
    expect(head).toMatch(/content-length: \d{4,}/)
  })

  test('an answer is for this site alone, is what it says it is, and may not be framed', async () => {
    const { url } = await viewer()
    const { head } = await rawGet(url, '/')
    for (const line of ['nosniff', "frame-ancestors 'none'", 'cross-origin-resource-policy: same-origin'])
      expect(head).toContain(line)
    expect(head).not.toContain('access-control')
  })
})

describe('which paths lead where', () => {
  test.each([
    ...['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/run/../../etc/passwd', '/run/%2e%2e%2fetc/'],
    ...[
      '/run/a/files/..%2f..%2fsecret.txt',
      '/run/a/files/%2e%2e/secret.txt',
      '/run/a/files/..%5csecret.txt',
    ],
    ...[
      '/run/a/files/%00',
      '/run/%c0%ae%c0%ae/',
      '/run/a/files/%252e%252e%252fsecret.txt',
      '/run//etc/passwd',
    ],
    ...[
      'http://evil.example/',
      '//evil.example/',
      '/run/.hidden/',
      '/run/a/files/.hidden',
      '/run/a/files/inner',
    ],
    ...['/run/linked/', '/run/linked/files/secret.txt', '/run/a/files/link.txt', '/run/a/files/pipe'],
  ])('%s shows nothing', async (path) => {
    const { root, url } = await viewer()
    const [secret, elsewhere] = ['THE SECRET', reportsFolder()]
    writeFileSync(join(elsewhere, 'secret.txt'), secret)
    writeFileSync(join(root, 'secret.txt'), secret)
    const folder = keepRun(root, { name: 'a', word: 'PASS' })
    for (const place of [join(root, '.hidden'), join(folder, 'inner')]) mkdirSync(place)
    writeFileSync(join(folder, '.hidden'), secret)
    execFileSync('mkfifo', [join(folder, 'pipe')])
    symlinkSync(elsewhere, join(root, 'linked'))
    symlinkSync(join(elsewhere, 'secret.txt'), join(folder, 'link.txt'))
    const { status, body } = await rawGet(url, path)
    expect([400, 404]).toContain(status)
    expect(body).not.toMatch(/THE SECRET|root:/)
  })

  test('the files of a run are as they are on disk, as text', async () => {
    const { root, url } = await viewer()
    const folder = keepRun(root, { name: 'a', word: 'PASS' })
    writeFileSync(join(folder, 'junit.xml'), '<testsuites/>')
    const { status, head, body } = await rawGet(url, '/run/a/files/junit.xml')
    expect([status, body]).toEqual([200, '<testsuites/>'])
    expect(head).toContain('content-type: text/plain')
    expect((await rawGet(url, '/run/a/files/')).body).toContain('href="/run/a/files/journal.jsonl"')
  })

  test('a page that a run has left runs as a site of its own: it may come from anywhere', async () => {
    const { root, url } = await viewer()
    const folder = keepRun(root, { name: 'a', word: 'PASS' })
    writeFileSync(join(folder, 'report.html'), '<html><body><h1>left</h1></body></html>')
    for (const path of ['/run/a/', '/run/a/files/report.html']) {
      const { head, body } = await rawGet(url, path)
      expect(body).toContain('<h1>left</h1>')
      expect(head).toMatch(/content-security-policy: default-src 'none';.*sandbox allow-scripts/)
      expect(head).not.toContain('allow-same-origin')
    }
  })

  test('latest is the newest run, and a killed one is rendered from its journal', async () => {
    const { root, url } = await viewer()
    keepRun(root, { name: 'old', word: 'PASS', startedAt: '2026-01-01T00:00:00.000Z' })
    keepRun(root, { name: 'new', isOld: true })
    const { status, head } = await rawGet(url, '/run/latest')
    expect([status, head]).toEqual([302, expect.stringContaining('location: /run/new/')])
    const page = await rawGet(url, '/run/new/')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('INCONCLUSIVE')])
  })

  test('the folder of a deploy is no run, and stands in no list of them', async () => {
    const { root, url } = await viewer()
    mkdirSync(join(root, 'some-deploy'))
    writeFileSync(join(root, 'some-deploy', 'deploy.jsonl'), '')
    mkdirSync(join(root, 'foreign'))
    const { body } = await rawGet(url, '/')
    expect([body.includes('some-deploy'), body.includes('foreign')]).toEqual([false, true])
  })

  test('a folder that is no run says so', async () => {
    const { root, url } = await viewer()
    mkdirSync(join(root, 'foreign'))
    const { status, body } = await rawGet(url, '/run/foreign/')
    expect([status, body]).toEqual([422, expect.stringContaining('no run of infergate')])
  })
})

test('more readers than there is room for are told so, and a place is free again once one has left', async () => {
  const { url } = await viewer()
  const readers = await Promise.all(
    Array.from({ length: MOST_READERS }, async () => {
      const stop = new AbortController()
      await fetch(`${url}/events`, { signal: stop.signal })
      return stop
    }),
  )
  expect((await fetch(`${url}/events`)).status).toBe(503)
  for (const reader of readers) reader.abort()
})

test('a port that is taken is an error with the next step', async () => {
  const { url, root } = await viewer()
  const taken = startViewer(root, { port: Number(new URL(url).port) })
  await expect(taken).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining('--port'),
  })
})

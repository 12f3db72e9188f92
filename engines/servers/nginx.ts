import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, type Server, startServer, workFolder } from '../start-server.ts'

/** What an operator writes into nginx's configuration: before the server, in it, and where it hands requests on. */
export type Site = {
  readonly http?: string
  readonly server?: string
  readonly location?: string
  /** Several: round robin. */
  readonly upstreams: readonly string[]
}

/** Of nginx itself: it is there whatever stands behind it. */
const READY = '/nginx-is-there'

/** nginx with its defaults but for what the site says. */
export async function startNginx({
  http = '',
  server = '',
  location = '',
  upstreams,
}: Site): Promise<Server> {
  const port = await freePort()
  const folder = workFolder()
  // Its workers run as another user and keep large bodies and caches below.
  chmodSync(folder, 0o755)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  const hosts = upstreams.map((url) => `server ${new URL(url).host};`).join(' ')
  const text = `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
events {}
http {
  access_log off; ${temporary}
  upstream engine { ${hosts} }
  ${http.replaceAll('{folder}', folder)}
  server {
    listen 127.0.0.1:${port};
    location = ${READY} { return 204; }
    ${server}
    location / { proxy_pass http://engine; ${location} }
  }
}
`
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, text)
  return startServer({
    command: ['nginx', '-e', 'stderr', '-p', folder, '-c', file],
    port,
    readyAt: READY,
  })
}

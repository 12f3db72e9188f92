import { nginx, vllm } from '../programs.ts'
import type { Expected, Group, Row } from '../row.ts'
import { type Site, startNginx } from './nginx.ts'
import { startVllm } from './vllm.ts'

const PASS = { verdict: 'PASS' } as const
const fails = (names: RegExp): Expected => ({ verdict: 'FAIL', names })

const row = (
  id: string,
  title: string,
  expected: Expected,
  site: Omit<Site, 'upstreams'> = {},
  more: Partial<Row> = {},
): Row => ({
  id: `nginx-${id}`,
  title: `nginx ${title}`,
  expected,
  start: ({ url }) => startNginx({ ...site, upstreams: [url] }),
  ...more,
})

const closed = (path: string): Pick<Site, 'server'> => ({ server: `location = ${path} { deny all; }` })
const lost = (path: string): Pick<Site, 'server'> => ({ server: `location = ${path} { return 404; }` })

const chatOnly: Omit<Site, 'upstreams'> = {
  server: `location = /v1/chat/completions { proxy_pass http://engine; }
    location = /v1/models { proxy_pass http://engine; }`,
  location: 'return 404;',
}

/** Requests of one client: `rate` of them, those of the burst wait for their turn, the others are refused. */
const limited = (rate: string, burst = 'burst=10'): Omit<Site, 'upstreams'> => ({
  http: `limit_req_zone $binary_remote_addr zone=one:1m rate=${rate};`,
  server: `limit_req zone=one ${burst}; limit_req_status 429;`,
})

export const behindNginx: Group = {
  title: 'vLLM behind nginx',
  third: 1,
  programs: [vllm, nginx],
  behind: () => startVllm(),
  rows: [
    row('defaults', 'with its defaults', PASS),
    row('metrics-closed', '`/metrics` 403', PASS, closed('/metrics')),
    row('health-closed', '`/health` 403', PASS, closed('/health')),
    row('limit-req', '`limit_req` 5 r/s, burst 10, status 429', PASS, limited('5r/s'), { maxSeconds: 600 }),
    row('limit-req-told', '`limit_req` 5 r/s, and `requestsPerMinute: 280` is set', PASS, limited('5r/s'), {
      maxSeconds: 600,
      settings: { requestsPerMinute: 280 },
    }),
    row('chat-only', 'with chat and models alone', PASS, chatOnly),
    row('chat-only-told', "with chat and models alone, and `routes: ['chat']` is expected", PASS, chatOnly, {
      settings: { expects: { routes: ['chat'] } },
    }),
    row('chat-lost', 'without `/v1/chat/completions`', fails(/\/v1\/chat\/completions/), {
      ...lost('/v1/chat/completions'),
    }),
    row(
      'completions-lost',
      'without `/v1/completions`, which is expected',
      fails(/\/v1\/completions/),
      lost('/v1/completions'),
      {
        settings: { expects: { routes: ['chat', 'completions'] } },
      },
    ),
    row('metrics-lost', '`/metrics` 403, and metrics are expected', fails(/metrics/), closed('/metrics'), {
      settings: { expects: { capabilities: ['metrics'] } },
    }),
    row('read-timeout', '`proxy_read_timeout 1s`', fails(/504/), { location: 'proxy_read_timeout 1s;' }),
    // Sized to hold a stream whole, and they do not: vLLM's 96 tokens arrive in 97 pieces all the same.
    row('large-buffers', 'with buffers of 512 kB', PASS, {
      location:
        'proxy_buffer_size 256k; proxy_buffers 4 512k; proxy_busy_buffers_size 512k; postpone_output 131072;',
    }),
    row('caches-posts', 'that caches POST by URI', fails(/a generation failed: malformed-body|stream/), {
      http: 'proxy_cache_path {folder}/cache keys_zone=one:1m;',
      location:
        'proxy_cache one; proxy_cache_methods GET POST; proxy_cache_key $request_uri; proxy_cache_valid 200 1h; proxy_ignore_headers Cache-Control Expires;',
    }),
    row('limit-req-shut', '`limit_req` 1 r/m, no burst, status 429', fails(/429/), limited('1r/m', '')),
  ],
}

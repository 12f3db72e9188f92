import { isObject } from '../fields.ts'
import { json, type Reply } from '../http.ts'
import { Refusal } from '../refusal.ts'
import { BOTH, type Fault, OPENAI } from './fault.ts'
import { hang } from './patch.ts'

const family = 'load'

/** Load, metrics and security. */
export const loadFaults: readonly Fault[] = [
  {
    id: 'ttft-regression',
    says: 'the first token takes three times as long',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/14845',
    dialects: BOTH,
    caughtBy: {},
    needs: 'a baseline: a first token after 36 ms breaks no promise of its own',
    factor: 3,
    arm: (_, factor = 3) => ({
      pace: ({ firstTokenMs, tokenMs }) => ({ firstTokenMs: factor * firstTokenMs, tokenMs }),
    }),
  },
  {
    id: 'throughput-drop',
    says: 'the first token and each further one take twice as long',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/31030',
    dialects: BOTH,
    caughtBy: {},
    needs: 'a baseline: 4 ms a token in place of 2 ms breaks no promise of its own',
    factor: 2,
    arm: (_, factor = 2) => ({
      pace: ({ firstTokenMs, tokenMs }) => ({
        firstTokenMs: factor * firstTokenMs,
        tokenMs: factor * tokenMs,
      }),
    }),
  },
  {
    id: 'false-disconnect-500',
    says: 'with more than 24 in flight, requests fail though their clients stayed',
    family: 'streaming',
    source: 'https://github.com/sgl-project/sglang/issues/17031',
    dialects: BOTH,
    caughtBy: {
      'generation.serves-a-crowd':
        /a request, 48 at once failed: .*Request is disconnected from the client side/,
    },
    arm: (server) => ({
      job: (job) => {
        if (server.inFlight() > 24)
          throw new Refusal(500, 'failed', 'Request is disconnected from the client side')
        return job
      },
    }),
  },
  {
    id: 'kv-full-deadlock',
    says: 'once 24 are in flight the scheduler stands still for ever',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/15996',
    dialects: BOTH,
    caughtBy: { '*': /is wedged since .*health says HTTP 200, a generation got no answer/ },
    arm: (server) => ({
      job: (job) => {
        if (server.inFlight() >= 24) server.freezeQueue()
        return job
      },
      beforeTokens: (_, __, signal) => (server.inFlight() >= 24 ? hang(signal) : undefined),
    }),
  },
  {
    id: 'long-prompt-blocks-all',
    says: 'while a long prompt is read, all running answers pause for one second',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/1026',
    dialects: BOTH,
    caughtBy: {},
    needs:
      'a limit for the gaps of an answer beside long prompts: how long reading one may take is the operator’s to say',
    arm: ({ clock, profile }) => {
      let blockedUntilMs = 0
      return {
        job: (job) => {
          if (job.promptTokens > profile.maxModelLen / 4) blockedUntilMs = clock.monotonicMs() + 1_000
          return job
        },
        tokens: async function* (tokens, _, signal) {
          for await (const token of tokens) {
            await clock.sleep(Math.max(0, blockedUntilMs - clock.monotonicMs()), signal)
            yield token
          }
        },
      }
    },
  },
  {
    id: 'kv-not-released',
    says: 'the KV gauge climbs with every request and never falls',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/27073',
    dialects: OPENAI,
    caughtBy: { 'lifecycle.returns-to-idle': /after a burst: vllm:kv_cache_usage_perc [\d.]+.* too much/ },
    arm: () => {
      let kept = 0
      return {
        job: (job) => {
          kept = Math.min(1, kept + 0.005)
          return job
        },
        reply: onMetrics((text) => text.replace(/^(vllm:kv_cache_usage_perc\{.*\}) .*$/m, `$1 ${kept}`)),
      }
    },
  },
  {
    id: 'metrics-vanish',
    says: 'series are gone: the token counters and the waiting gauge',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/8178',
    dialects: OPENAI,
    caughtBy: { 'lifecycle.metrics-are-there': /\/metrics lacks .*vllm:num_requests_waiting/ },
    arm: () => ({
      reply: onMetrics((text) =>
        text
          .split('\n')
          .filter((line) => !/prompt_tokens|generation_tokens|num_requests_waiting/.test(line))
          .join('\n'),
      ),
    }),
  },
  {
    id: 'abort-count-zero',
    says: 'a client that leaves is never counted under abort',
    family,
    source: 'https://github.com/vllm-project/vllm/issues/31503',
    dialects: OPENAI,
    caughtBy: {},
    needs: 'an engine that counts clients that leave: vLLM 0.32 itself counts none of them',
    arm: () => ({
      reply: onMetrics((text) =>
        text.replace(/^(vllm:request_success_total\{finished_reason="abort".*\}) .*$/m, '$1 0'),
      ),
    }),
  },
  {
    id: 'regex-redos',
    says: 'a regex with nested repetition, (a+)+b say, stops the engine',
    family,
    source: 'https://osv.dev/vulnerability/GHSA-rwxx-mrjm-wc2m',
    dialects: BOTH,
    caughtBy: { '*': /is wedged since .*health says HTTP 200, a generation got no answer/ },
    arm: (server) => ({
      job: (job) => {
        if (job.constraint?.kind === 'regex' && NESTED_REPETITION.test(job.constraint.pattern))
          server.freezeQueue()
        return job
      },
    }),
  },
  {
    id: 'template-dos',
    says: 'a chat_template in the request is run, and never ends',
    family,
    source: 'https://www.tenable.com/plugins/cloud-security/477789',
    dialects: OPENAI,
    caughtBy: { '*': /is wedged since .*health says HTTP 200, a generation got no answer/ },
    arm: (server) => ({
      body: (body) => {
        if (!isObject(body) || typeof body['chat_template'] !== 'string') return body
        server.freezeQueue()
        const { chat_template: _, ...rest } = body
        return rest
      },
    }),
  },
  {
    id: 'dev-endpoints-open',
    says: 'endpoints of the development mode answer: /server_info, /is_sleeping, /sleep, /collective_rpc',
    family,
    source: 'https://github.com/vllm-project/vllm/security/advisories/GHSA-94f4-hr76-p5j6',
    dialects: OPENAI,
    caughtBy: { 'errors.dev-routes-closed': /\/(?:sleep|server_info|is_sleeping|collective_rpc)/ },
    arm: () => ({
      arrive: (reply, { path }) => (DEV_PATHS.includes(path) ? json(200, { is_sleeping: false }) : reply),
    }),
  },
]

const NESTED_REPETITION = /\([^)]*[+*]\)[+*{]/

const DEV_PATHS = [
  '/sleep',
  '/wake_up',
  '/is_sleeping',
  '/reset_prefix_cache',
  '/collective_rpc',
  '/server_info',
]

const onMetrics =
  (change: (text: string) => string) =>
  (reply: Reply, { path }: { readonly path: string }): Reply =>
    path === '/metrics' ? { ...reply, body: change(reply.body) } : reply

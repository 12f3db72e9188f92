import type { Group } from '../row.ts'
import { behindNginx } from './behind-nginx.ts'
import { dasllamaServer } from './dasllama.ts'
import { behindLitellm } from './litellm.ts'
import { llamaCppServer } from './llama-cpp.ts'
import { plainVllm, vllmWithKey } from './plain-vllm.ts'
import { reasoningVllm } from './reasoning-vllm.ts'
import { replicas } from './replicas.ts'
import { smallVllm } from './small-vllm.ts'
import { transformersServe } from './transformers.ts'
import { behindRouter } from './vllm-router.ts'

/** Every server that is judged, in the order of docs/engines.md. */
export const groups: readonly Group[] = [
  plainVllm,
  vllmWithKey,
  smallVllm,
  reasoningVllm,
  behindNginx,
  behindLitellm,
  behindRouter,
  replicas,
  llamaCppServer,
  dasllamaServer,
  transformersServe,
]

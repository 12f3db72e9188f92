import type { Client } from '../records.ts'
import { aiperf } from './aiperf.ts'
import { autocannon } from './autocannon.ts'
import { command } from './command.ts'
import { guidellm } from './guidellm.ts'
import { k6 } from './k6.ts'
import { oha } from './oha.ts'
import { ours } from './ours.ts'
import { uvloop } from './uvloop.ts'
import { vllm } from './vllm.ts'

/** In the order of the page. */
export const CLIENTS: readonly Client[] = [ours, command, uvloop, guidellm, aiperf, vllm, autocannon, oha, k6]

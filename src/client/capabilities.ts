import type { Capability, Operation } from '../records/index.ts'

// Records by key, because only those fail to compile where one is missing.
const capabilities: Readonly<Record<Capability, true>> = {
  health: true,
  stream: true,
  chat: true,
  usage: true,
  models: true,
  metrics: true,
  'json-schema': true,
  'json-object': true,
  regex: true,
  choice: true,
  seed: true,
  stop: true,
  'error-status': true,
  sampling: true,
  'request-validation': true,
  'constraint-flag': true,
  'reported-time': true,
}
const operations: Readonly<Record<Operation, true>> = {
  health: true,
  generate: true,
  chat: true,
  models: true,
  version: true,
  metrics: true,
}

/** All that a service may be able to do. */
export const CAPABILITIES = Object.keys(capabilities) as readonly Capability[]

/** All that a service can be asked; the one whose URL stands for the service comes first. */
export const OPERATIONS = Object.keys(operations) as readonly Operation[]

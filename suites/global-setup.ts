import type { TestProject } from 'vitest/node'
import { createClient, createProbe, profileService, startTarget, type TargetSpec } from '#infergate'

/** The embedded simulator: what `npm test` judges. It starts once for all suites. */
const TARGET: TargetSpec = {
  kind: 'simulator',
  dialect: 'openai',
  profile: 'default',
  faults: [],
  seed: 1,
  readyTimeoutMs: 30_000,
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const target = await startTarget(TARGET, { index: 0, probe: createProbe() })
  const { address, boot } = target
  const client = await createClient(address)
  const profile = await profileService(client)
  await client.close()
  project.provide('infergate', { address, profile, boots: [boot], seed: 1, checkDeadlineMs: 30_000 })
  return () => target.stop()
}

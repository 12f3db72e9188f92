import type { CheckTools } from './definition.ts'
import { isCheckEnded, notApplicable } from './outcome.ts'

/** Each case by itself, one after the other; where none of them concerns the service the check does not, for the first one's reason. */
export async function inCases(
  { inCase }: CheckTools,
  cases: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<void> {
  let concerns = false
  let reason: string | undefined
  for (const [name, task] of Object.entries(cases))
    await inCase(name, async () => {
      try {
        await task()
        concerns = true
      } catch (thrown) {
        if (isCheckEnded(thrown) && thrown.outcome === 'not-applicable')
          reason ??= `${name}: ${thrown.message}`
        else concerns = true
        throw thrown
      }
    })
  if (!concerns && reason !== undefined) notApplicable(reason)
}

import { userInfo } from 'node:os'

/** Whose name stands beside an acceptance: who started the job in GitHub Actions, else the user of this machine. */
export function whoAmI(env: Readonly<Record<string, string | undefined>>): string {
  const actor = env['GITHUB_ACTOR']
  if (actor) return actor
  try {
    return userInfo().username
  } catch {
    // A container may run as a number that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}

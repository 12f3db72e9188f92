import { execFile } from 'node:child_process'

const IMPORT = `import { openHistory, proveHistoryWritable, readHistory } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}
  import { readFileSync } from 'node:fs'
  const [file, data, name] = process.argv.slice(1)`
// Root may read and write anything, so the look is taken by a user who may not; only after loading, which that user may not either.
const NOBODY = 'if (process.getuid?.() === 0) { process.setgid(65_534); process.setuid(65_534) }'

/** Runs a script, which finds what the history exports there, in a Node process of its own; what it says. */
export function child(script: string, args: readonly string[], { asNobody = false } = {}) {
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    const source = [IMPORT, asNobody ? NOBODY : '', script].join('\n')
    const command = ['--input-type=module', '-e', source, ...args]
    const running = execFile(process.execPath, command, { timeout: 15_000 }, (_, stdout, stderr) =>
      resolve({ code: running.exitCode, output: stdout + stderr }),
    )
  })
}

/** Says why a look failed. */
export const orSay = (act: string): string =>
  `try { ${act} } catch (error) { console.log(error.code, error.message); process.exitCode = 1 }`

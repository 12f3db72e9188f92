import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const PREFIX = 'infergate-tests-'

/**
 * Temporary folders of the tests lie in one that goes when they end, however many a test leaves. Every project of one
 * run calls this: they share the first one's, since a path that grows with each is too long for a Unix socket (108 bytes).
 */
export default function setup(): (() => void) | undefined {
  if (basename(tmpdir()).startsWith(PREFIX)) return undefined
  const before = process.env['TMPDIR']
  const own = mkdtempSync(join(tmpdir(), PREFIX))
  // A test that is another user for a moment finds its files through it.
  chmodSync(own, 0o755)
  process.env['TMPDIR'] = own
  return () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(own, { recursive: true, force: true, maxRetries: 3 })
  }
}

import { HarnessError } from '../../errors.ts'

/**
 * testcontainers, which only a target of kind container needs: an optional peer of 50 MB, and a second to load. Throws
 * `no-container-engine` where it is not installed.
 */
export async function loadTestcontainers(): Promise<typeof import('testcontainers')> {
  try {
    return await import('testcontainers')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new HarnessError(
      'no-container-engine',
      'A target of kind container needs the package testcontainers, which is not installed beside infergate: run `npm install --save-dev testcontainers`, then start again.',
      { cause },
    )
  }
}

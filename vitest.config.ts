import { defineConfig } from 'vitest/config'

/** Projects: `unit` beside the code, `suites` against the embedded simulator (its target starts once, in the setup). */
export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'suites',
          include: ['suites/*.suite.ts'],
          globalSetup: ['suites/global-setup.ts'],
          setupFiles: ['src/promises/vitest-setup.ts'],
          // As the gate runs them: one thread, Node's own loader, and nothing beside what is timed.
          pool: 'threads',
          isolate: false,
          fileParallelism: false,
          maxWorkers: 1,
          experimental: { viteModuleRunner: false, nodeLoader: false },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

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
      {
        // Targets in real containers, with a real engine; left out, with the reason, where there is none.
        test: {
          name: 'container',
          include: ['containers/**/*.container.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        // The product as its user meets it: whole commands, in folders of their own. Slower, so not part of `npm test`.
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts', 'build/**/*.e2e.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

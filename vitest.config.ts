import { defineConfig } from 'vitest/config'

const OWN_TMP = 'testing/own-tmp.ts'
const FAULT_TABLES = 'src/simulator/faults/*.test.ts'
/** How tests of this repository's own code run: most of their time is waiting for sockets, processes and timers. */
const QUICKLY = {
  // More than the cores of a small machine.
  maxWorkers: 3,
  // No test mocks a module or changes one's state, so files may share their worker: loading all anew takes as long as testing.
  isolate: false,
  // Far beyond what any test needs: a busy machine makes it slow, not red.
  testTimeout: 60_000,
}

/**
 * Projects: `unit` beside the code; `faults`, each fault of the simulator seen on the wire; `suites` against the embedded
 * simulator, last and alone, since they judge latency.
 */
export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: OWN_TMP,
          include: ['src/**/*.test.ts', 'engines/**/*.test.ts', 'benchmarks/**/*.test.ts'],
          exclude: [FAULT_TABLES],
          ...QUICKLY,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'faults',
          globalSetup: OWN_TMP,
          include: [FAULT_TABLES],
          ...QUICKLY,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'suites',
          globalSetup: OWN_TMP,
          include: ['suites/**/*.test.ts'],
          // As many checks as the gate runs at a time; nothing else beside what is timed.
          fileParallelism: false,
          maxConcurrency: 4,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The product as its user meets it, in short.
        test: {
          name: 'short',
          globalSetup: OWN_TMP,
          include: ['e2e/short*.e2e.ts'],
          testTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Targets in real containers, with a real engine; left out, with the reason, where there is none.
        test: {
          name: 'container',
          globalSetup: OWN_TMP,
          include: ['containers/**/*.container.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        // Pages in a real Chromium, without a network.
        test: {
          name: 'browser',
          globalSetup: OWN_TMP,
          include: ['browser/**/*.browser.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Servers that others wrote, healthy and broken: INFERGATE_ENGINES, engines/install.sh.
        test: {
          name: 'engines',
          include: ['engines/**/*.engine.ts'],
          globalSetup: 'engines/whole-run.ts',
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        // The product as its user meets it: whole commands, in folders of their own. Slower, so not part of `npm test`.
        test: {
          name: 'e2e',
          globalSetup: OWN_TMP,
          include: ['e2e/**/*.e2e.ts', 'build/**/*.e2e.ts'],
          exclude: ['e2e/short*.e2e.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          maxConcurrency: 3,
        },
      },
    ],
  },
})

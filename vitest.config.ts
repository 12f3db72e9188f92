import { defineConfig } from 'vitest/config'

/** Projects: `unit` beside the code, `suites` against the embedded simulator (its target starts once, in the setup). */
export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: false,
    projects: [{ test: { name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 20_000 } }],
  },
})

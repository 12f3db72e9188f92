import { defineConfig } from 'vitest/config'

/** MUTANTS_TESTS: the tests that matter to the files of `--mutate`, where not all of them shall run. */
const { MUTANTS_TESTS = 'src/statistics/*.test.ts' } = process.env

export default defineConfig({ test: { include: MUTANTS_TESTS.split(','), testTimeout: 60_000 } })

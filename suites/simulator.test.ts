import { testService } from '../src/vitest/index.ts'

/** What `npm test` judges: the embedded simulator keeps every promise. */
await testService({ target: 'simulator' })

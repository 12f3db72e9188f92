import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ASSETS_FILE, pageAssets } from '../../../build/page-assets.ts'

test('the style and script of the pages are those of their sources: else run `npm run page-assets`', async () => {
  expect(readFileSync(ASSETS_FILE, 'utf8')).toBe(await pageAssets())
})

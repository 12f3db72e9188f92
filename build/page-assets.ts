import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')
const html = join(root, 'src/reporters/html')

/** The file that the pages' style and script are read from. */
export const ASSETS_FILE = join(html, 'generated/assets.ts')

/** What stands in it: the client of the pages, with uPlot, as one script and one style. */
export async function pageAssets(): Promise<string> {
  const built = await build({
    ...{ configFile: false, logLevel: 'warn', root: html },
    build: {
      ...{ write: false, target: 'es2022', modulePreload: false, reportCompressedSize: false },
      rolldownOptions: { input: join(html, 'client/main.ts'), output: { format: 'iife' } },
    },
  })
  const [bundle] = Array.isArray(built) ? built : [built]
  if (!bundle || !('output' in bundle)) throw new Error('vite built nothing')
  const script = bundle.output.find((file) => file.type === 'chunk')?.code ?? ''
  const plotStyle = readFileSync(join(root, 'node_modules/uplot/dist/uPlot.min.css'), 'utf8')
  const style = ['style.css', 'pages.css', 'checks.css', 'viewer.css']
    .map((name) => readFileSync(join(html, 'client', name), 'utf8'))
    .join('')
  // A page holds both inside its own elements.
  if (/<\/script/i.test(script) || /<\/style/i.test(style)) throw new Error('an asset would end its element')
  return `// Written by \`npm run page-assets\` from ../client and uPlot (MIT, © Leon Sorokin).
export const STYLE = ${JSON.stringify(plotStyle.trim() + style)}
export const SCRIPT = ${JSON.stringify(script.trim())}
`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(ASSETS_FILE, await pageAssets())

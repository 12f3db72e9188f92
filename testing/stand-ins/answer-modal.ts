import type { Platform } from './platform.ts'
import { complains, parseTyped, type Said, says, type Typed } from './typed.ts'

type Deployment = { readonly version: number; readonly release: string; readonly tag: string | null }

/** What the real one 1.6.4 prints, recorded against a stand-in for Modal's server: texts, columns and exit codes. */
const VIEW = '\nView Deployment: https://modal.com/apps/you/main/deployed/llm\n'

/** A STAND-IN for Modal: one App, `llm`. A rolling deploy returns before the new containers answer; a rollback is a new version. */
export function answerModal(platform: Platform, first: string): (typed: Typed) => Promise<Said> {
  const history: Deployment[] = [{ version: 12, release: first, tag: first }]
  const newest = () => history.at(-1)?.version ?? 0

  async function come(release: string, tag: string | null, strategy: string): Promise<void> {
    history.push({ version: newest() + 1, release, tag })
    const replaced = platform.replace(release)
    if (strategy === 'recreate') await replaced
  }

  return async (typed) => {
    const { command, words, flags } = parseTyped(typed)
    const strategy = flags['--strategy'] ?? 'rolling'
    if (command === 'deploy') {
      await come(typed.release, flags['--tag'] ?? null, strategy)
      return says(`✓ Created objects.\n└── ✓ Created Function serve\n✓ App deployed in 0.043s! 🎉\n${VIEW}`)
    }
    if (words[0] !== 'llm')
      return complains(`Error: No App with name '${words[0]}' found in the 'main' environment.\n`)
    if (command === 'app history')
      return says(`${JSON.stringify(history.map(row).reverse(), undefined, 2)}\n`)
    if (command === 'app logs') return says('INFO: the simulator is ready\n')
    if (command !== 'app rollback') throw new Error(`this stand-in has no ${command}`)
    if (platform.behaviour.refusesBack)
      return complains('Error: Deployment rollbacks are not available on your plan.\n')
    const to = history.find(({ version }) => `v${version}` === words[1])
    if (to === undefined) return complains(`Error: There is no version ${words[1]}.\n`)
    await come(to.release, null, strategy)
    return says(`✓ Deployment rollback successful!\n${VIEW}`)
  }
}

const row = ({ version, tag }: Deployment) => ({
  version: `v${version}`,
  time_deployed: '2026-11-27 04:00:27+00:00',
  client: '1.6.4',
  deployed_by: 'you',
  commit: null,
  tag,
})

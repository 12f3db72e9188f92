import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The files of each built-in suite, in the order in which they run: whether it lives, and stays loaded, comes first. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  health: ['answers', 'readiness', 'speed'],
  lifecycle: ['loading', 'idle', 'metrics'],
  generation: [
    'answers',
    'long',
    'turns',
    'thinking',
    'tokens',
    'edges',
    'together',
    'neighbours',
    'chance',
    'stops',
    'choices',
    'logprobs',
    'penalties',
    'biases',
  ],
  errors: ['requests', 'constraints', 'tools', 'service', 'envelope'],
  forms: ['contents', 'caps', 'turns', 'again', 'json', 'any-text', 'nulls', 'stops', 'lists'],
  identity: ['answers', 'fresh', 'requests'],
  streaming: ['endings', 'texts', 'fields', 'pace', 'clients'],
  'structured-outputs': ['binding', 'beside', 'keywords', 'endings', 'neighbours'],
  tools: ['choices', 'streams', 'arguments', 'results'],
  responses: ['answers', 'streams', 'format', 'tools', 'refusals'],
  tokenize: ['counts'],
}

/** The built-in suites, in the order in which they run. */
export const SUITES: readonly string[] = Object.keys(FILES)

/** The files of a built-in suite: .ts in the source tree, .js in the package, at the same place beside this one. */
export function suiteFiles(suite: string): readonly string[] {
  return (FILES[suite] ?? []).map((part) =>
    fileURLToPath(new URL(`../../suites/${suite}/${part}.suite${extname(import.meta.url)}`, import.meta.url)),
  )
}

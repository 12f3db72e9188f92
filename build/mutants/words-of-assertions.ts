/** As much of a node of Babel's as is asked here. */
type Path = {
  readonly node: object
  readonly parent?: {
    readonly type: string
    readonly callee?: object
    readonly arguments?: readonly object[]
  }
}

/** What `assert(condition, words)` says is no formula: tests hold the condition, and leave the words free. */
function shouldIgnore({ node, parent }: Path): string | undefined {
  if (parent?.type !== 'CallExpression' || parent.arguments?.[1] !== node) return undefined
  const isAssert = parent.callee && 'name' in parent.callee && parent.callee.name === 'assert'
  return isAssert ? 'the words of an assertion' : undefined
}

/** A plugin of Stryker's: `ignorers` in stryker.config.json. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'words-of-assertions', value: { shouldIgnore } }]

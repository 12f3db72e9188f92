import { constantOf } from './model/constants.ts'
import type { Model } from './model/model.ts'
import { isCall, visitOwn } from './syntax.ts'

/** What a file says about the release of a package that its images install. */
export type Pinned =
  /** `vllm==0.12.0`. */
  | { readonly kind: 'known'; readonly version: readonly number[]; readonly text: string }
  /** Installed without a number, or with a lower bound alone: the newest one of the day. */
  | { readonly kind: 'newest' }
  /** Two images with two numbers, two bounds, or a number that only a run tells; `least`: no older one can come. */
  | { readonly kind: 'unclear'; readonly least?: readonly number[] }
  | { readonly kind: 'absent' }

export type Versions = { of(name: string): Pinned }

const REQUIREMENT = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/
const INSTALLS = /^(?:pip_install|uv_pip_install|run_commands|poetry_install|dockerfile_commands)$/

/** Reads the `pip_install`s of all images. */
export function versionsIn(model: Model): Versions {
  const found = new Map<string, Pinned[]>()
  const add = (text: string): void => {
    // A command installs several: `pip install vllm==0.12.0 modal`.
    for (const word of text.includes(' install ') ? text.split(/\s+/) : [text]) {
      const [, name = '', rest = ''] = REQUIREMENT.exec(word.replace(/^["']|["']$/g, '')) ?? []
      if (name === '') continue
      const key = name.toLowerCase().replaceAll('_', '-')
      found.set(key, [...(found.get(key) ?? []), pinnedBy(rest)])
    }
  }
  let isOpen = false
  for (const { body, scope } of model.owners)
    visitOwn(body, (node) => {
      if (!isCall(node) || node.func.nodeType !== 'Attribute' || !INSTALLS.test(node.func.attr)) return
      for (const argument of node.args) {
        const items =
          argument.nodeType === 'List' || argument.nodeType === 'Tuple' ? argument.elts : [argument]
        for (const item of items) {
          const text = constantOf(item, scope)
          if (typeof text === 'string') add(text)
          else isOpen = true
        }
      }
    })
  return {
    of(name) {
      const all = found.get(name) ?? []
      const [first] = all
      if (!first) return isOpen ? { kind: 'unclear' } : { kind: 'absent' }
      const isOne = all.every((one) => JSON.stringify(one) === JSON.stringify(first))
      return isOne ? first : { kind: 'unclear' }
    },
  }
}

function pinnedBy(rest: string): Pinned {
  const said = rest.split(/[;#]/)[0]?.trim() ?? ''
  if (said === '') return { kind: 'newest' }
  // Of a lower bound alone the newest is taken; between two bounds lies more than one.
  if (/^>=?[^,]*$/.test(said)) return { kind: 'newest' }
  const exact = /^(?:===?|~=(?=\s*\d+\.\d+\.))\s*v?(\d+(?:\.\d+)*)/.exec(said)?.[1]
  if (exact !== undefined) return { kind: 'known', version: exact.split('.').map(Number), text: exact }
  const least = /(?:^|,)\s*(?:>=?|~=)\s*v?(\d+(?:\.\d+)*)/.exec(said)?.[1]
  return { kind: 'unclear', ...(least !== undefined && { least: least.split('.').map(Number) }) }
}

/** Whether a release is at least another. */
export function isAtLeast(version: readonly number[], other: readonly number[]): boolean {
  for (const [index, part] of other.entries()) {
    const own = version[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}

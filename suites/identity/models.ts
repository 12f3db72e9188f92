import { quote, type Service } from '#infergate'

/**
 * What is wrong with the model that an answer names; undefined where nothing is. vLLM gives a model's first name, whichever of its names
 * was asked for. Other services may name a version of what was asked, or what stands behind an alias, but no other model of their list.
 */
export async function wrongModel(service: Service): Promise<(named: string) => string | undefined> {
  const { model: asked, engine, capabilities } = service.profile
  const listed = capabilities.includes('models') ? await listModels(service) : []
  const own = listed.find(({ id }) => id === asked)
  return (named) => {
    if (asked === undefined || named === asked) return undefined
    const other = listed.find(({ id }) => id === named)
    if (other && own && sameModel(other, own)) return undefined
    if (other) return `another model of its list, where ${quote(asked)} was asked for`
    return engine === 'unknown' ? undefined : `${quote(asked)} was asked for, and no such model is listed`
  }
}

type Listed = { readonly id: unknown; readonly root: unknown }

async function listModels({ models }: Service): Promise<readonly Listed[]> {
  const reply = await models()
  const data: unknown = reply.outcome === 'completed' ? Object(reply.json).data : undefined
  return Array.isArray(data) ? data.map(Object) : []
}

/** Two names of one model have one root. */
const sameModel = (one: Listed, other: Listed): boolean => one.root !== undefined && one.root === other.root

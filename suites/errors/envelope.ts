import { bodyOf, type Generation, quote, type Reply, scanJson } from '#infergate'
import { isOfTheEdge } from './hostile.ts'

/**
 * Who refuses a request. `engine`: only what reads the values of its fields can say that one is bad. `anybody`: a gateway may know
 * as well that there is no such path, model or key, or that a body is no JSON, and says so in its own words.
 */
export type RefusedBy = 'engine' | 'anybody'

/** What is wrong with a refusal as a client's library meets it; undefined where it can say to its user what the service said. */
export function flawOfRefusal(
  answer: Generation | Reply,
  by: RefusedBy,
  isVllm: boolean,
): string | undefined {
  const status = answer.received?.status ?? 0
  const isStreamed = 'stream' in answer && answer.stream !== undefined
  const body = isStreamed ? errorEvent(answer) : bodyOf(answer)
  const is = `HTTP ${status} with ${quote(body)}`
  // Some edges refuse with a status alone.
  if (by === 'anybody' && (body.trim() === '' || isOfTheEdge(answer))) return undefined
  if (body.trim() === '') return `HTTP ${status} with an empty body: no client can say why`
  const parsed = scanJson(body)
  if (parsed.ending !== 'complete') return `${is}, which is no JSON: a client finds no error in it`
  const type = answer.received?.headers['content-type'] ?? 'nothing'
  if (!isStreamed && by === 'engine' && !isNameOfJson(answer, type))
    return `${is}: JSON that is called ${type}`
  const wrong = flawOfEnvelope(parsed.value, by === 'engine' && isVllm, isStreamed ? undefined : status)
  return wrong && `${is}: ${wrong}`
}

/** A router may name what it forwards as it was asked for; clients look at the status first. */
const isNameOfJson = ({ sent }: Generation | Reply, type: string): boolean =>
  /\bjson\b/i.test(type) || (/\bevent-stream\b/i.test(type) && /"stream":\s*true/.test(sent.body ?? ''))

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** OpenAI's `{error:{…}}`, vLLM's older flat one, a bare `{error:"…"}` and FastAPI's `{detail:…}`; an engine's own is one of the first two. */
function flawOfEnvelope(value: unknown, isStrict: boolean, status: number | undefined): string | undefined {
  if (!isFields(value)) return 'it is no object'
  const { error, detail } = value
  const fields = isFields(error) ? error : value['object'] === 'error' ? value : undefined
  if (fields) return flawOfFields(fields, isStrict, status)
  const said = error ?? detail
  if (said === undefined) return 'it holds neither `error` nor `detail`'
  if (isStrict) return 'vLLM promises `error` with `message`, `type`, `param` and `code`'
  return isEmpty(said) ? 'its error says nothing' : undefined
}

const isEmpty = (said: unknown): boolean =>
  typeof said === 'string' ? said.trim() === '' : !Array.isArray(said) || said.length === 0

function flawOfFields(fields: Fields, isStrict: boolean, status: number | undefined): string | undefined {
  const { message, type, param, code } = fields
  if (typeof message !== 'string') return `\`message\` is ${spell(message)}, not a text`
  if (message.trim() === '') return '`message` is empty'
  const isText = (field: unknown) => typeof field === 'string' || field === null || field === undefined
  if (!isText(type)) return `\`type\` is ${spell(type)}, not a text`
  if (!isText(param)) return `\`param\` is ${spell(param)}, not a text or null`
  if (!isText(code) && typeof code !== 'number')
    return `\`code\` is ${spell(code)}, not a number, a text or null`
  const absent = ['type', 'param', 'code'].filter((name) => fields[name] === undefined)
  if (isStrict && absent.length > 0) return `vLLM's error has \`${absent.join('`, `')}\` too`
  if (isStrict && typeof type !== 'string') return `\`type\` is ${spell(type)}, not a text`
  return [code, fields['status']]
    .filter((one) => isStatus(one) && status !== undefined && Number(one) !== status)
    .map((one) => `its code is ${spell(one)}, its status ${status}`)[0]
}

/** Of other services a code may be a word, or a number of their own. */
const isStatus = (code: unknown): boolean => /^[45]\d\d$/.test(String(code))

const spell = (value: unknown): string => JSON.stringify(value) ?? 'absent'

/** The data of the event of a stream that carries the error, or what stands outside of any event. */
function errorEvent(answer: Generation | Reply): string {
  const lines = bodyOf(answer).split(/\r\n|\n|\r/)
  const data = lines.flatMap((line) => /^data: ?(.*)$/.exec(line)?.[1] ?? [])
  return data.find((one) => one.includes('error')) ?? data[0] ?? bodyOf(answer)
}

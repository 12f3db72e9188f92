import { stripVTControlCharacters } from 'node:util'

/** A line without what loggers, containers and clusters put before it. */
export type PlainLine = {
  readonly text: string
  /** Absent: the line names none. */
  readonly level?: 'error' | 'other'
  /** Which process wrote it, where the line says so: lines of several may be mixed. */
  readonly origin: string
  readonly hasPrefix: boolean
}

const ERROR_WORDS = /^(?:ERROR|ERR|CRITICAL|FATAL|SEVERE|EXCEPTION|PANIC)$/i
const LEVEL = 'TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|ERR|CRITICAL|FATAL|SEVERE|PANIC'

const PREFIXES: readonly { readonly of: RegExp; readonly isOrigin?: true }[] = [
  // kubectl logs --prefix; docker compose logs.
  { of: /^\[pod\/[^\]]+\] ?/, isOrigin: true },
  { of: new RegExp(`^(?!(?:${LEVEL})\\b)[\\w.-]+ +\\| ?`), isOrigin: true },
  // docker logs -t, kubectl logs --timestamps, logging, loguru.
  { of: /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?: \||:)? ?/ },
  { of: /^(?:[A-Z][a-z]{2} +\d+ )?\d\d:\d\d:\d\d(?:[.,]\d+)? (?=\S)/ },
  // vLLM and Ray: which process.
  { of: /^\([\w:. -]*pid=\d+[^)]*\) ?/, isOrigin: true },
  { of: /^\[rank ?\d+\]: ?/i, isOrigin: true },
  { of: /^kernel: ?/ },
  { of: /^\[ *\d+\.\d+\] / },
]

const LEVELS: readonly RegExp[] = [
  // vLLM: ERROR 08-06 21:18:16 [async_llm.py:704] …
  new RegExp(`^(?<level>${LEVEL}) \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? \\[[^\\]]*\\] ?`),
  // loguru: ERROR    | module:function:170 - …
  new RegExp(`^(?<level>${LEVEL}) *\\| *(?:[^|]*? - )?`),
  // logging, uvicorn, bracketed.
  new RegExp(`^(?<level>${LEVEL}):[\\w.]+: ?`),
  new RegExp(`^(?<level>${LEVEL}):? +(?=\\S)`),
  new RegExp(`^\\[(?<level>${LEVEL})\\] ?`, 'i'),
  new RegExp(`^[\\w.]+ - (?<level>${LEVEL}) - `),
  // glog, as PyTorch writes it: [E1218 20:27:21.426415540 ProcessGroupNCCL.cpp:629]
  /^\[?(?<glog>[IWEF])\d{3,4} \d\d:\d\d:\d\d\.\d+ [^\]]*\] ?/,
]

/** Takes one line apart. A JSON line is read by its level and its message. */
export function readPrefix(line: string): PlainLine {
  // Where the escape byte was lost, its parameters are left.
  let text = stripVTControlCharacters(line).replace(/\[0(?:;\d+)*m/g, '')
  const origins: string[] = []
  const whole = text.length
  for (let found = true; found; ) {
    found = false
    for (const { of, isOrigin } of PREFIXES) {
      const [prefix = ''] = of.exec(text) ?? []
      if (prefix === '') continue
      if (isOrigin) origins.push(prefix.trim())
      text = text.slice(prefix.length)
      found = true
    }
  }
  const json = readJson(text)
  if (json) return { ...json, origin: origins.join(' '), hasPrefix: true }
  const leveled = LEVELS.map((one) => one.exec(text)).find((one) => one !== null)
  const word = leveled?.groups?.['level'] ?? leveled?.groups?.['glog']
  const rest = leveled ? text.slice(leveled[0].length) : text
  return {
    text: rest.replace(/\r$/, ''),
    ...(word !== undefined && { level: levelOf(word) }),
    origin: origins.join(' '),
    hasPrefix: rest.length < whole,
  }
}

const levelOf = (word: string): 'error' | 'other' =>
  ERROR_WORDS.test(word) || word === 'E' || word === 'F' ? 'error' : 'other'

function readJson(text: string): Pick<PlainLine, 'text' | 'level'> | undefined {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined
  try {
    const said: Record<string, unknown> = JSON.parse(text)
    const [level, message] = [
      first(said, ['level', 'levelname', 'severity', 'lvl']),
      first(said, ['message', 'msg', 'event']),
    ]
    if (message === undefined) return undefined
    const exception = first(said, ['exc_info', 'exception', 'stack', 'traceback'])
    const last = exception?.trimEnd().split('\n').at(-1)
    const shown = last === undefined ? message : `${message}: ${last}`
    return { text: shown, ...(level !== undefined && { level: levelOf(level) }) }
  } catch {
    return undefined
  }
}

const first = (said: Record<string, unknown>, names: readonly string[]): string | undefined =>
  names.map((name) => said[name]).find((value): value is string => typeof value === 'string')

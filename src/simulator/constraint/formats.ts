/** Formats as regular expressions: each holds a part of the format that every validator agrees on. */
/** Years 1000 to 2999: not every reader takes the year 0. */
const YEAR = '[12]\\d{3}'
const LEAP_YEAR = '([12]\\d(0[48]|[2468][048]|[13579][26])|(1[26]|2[048])00)'
const DATE = `(${YEAR}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|${LEAP_YEAR}-02-29)`
const CLOCK = '([01]\\d|2[0-3])'
const TIME = `${CLOCK}:[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]${CLOCK}:[0-5]\\d)`
const OCTET = '(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])'
const LABEL = '[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?'
const HOST = `${LABEL}(\\.${LABEL}){0,3}`
const DOMAIN = `${LABEL}(\\.${LABEL}){0,2}\\.[a-z]{2,10}`

const PATTERNS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  'date-time': `${DATE}T${TIME}`,
  email: `[a-z0-9]+([._+-][a-z0-9]+){0,3}@${DOMAIN}`,
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  ipv4: `${OCTET}(\\.${OCTET}){3}`,
  ipv6: '[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}',
  hostname: HOST,
  uri: `https?://${DOMAIN}(/[A-Za-z0-9._~-]{1,30}){0,5}`,
}

/** The pattern of a format that can be held; undefined for all others. */
export const formatPattern = (format: string): string | undefined =>
  Object.hasOwn(PATTERNS, format) ? PATTERNS[format] : undefined

/** What a promise may need of a service; a check whose needs are not met is not applicable, with this as the reason. */
export const CAPABILITIES = [
  'health',
  'stream',
  'chat',
  'usage',
  'models',
  'metrics',
  'json-schema',
  'json-object',
  'regex',
  'choice',
  'seed',
  'stop',
  'error-status',
  /** Temperature is honoured. */
  'sampling',
  /** Requests are checked as on the built-in wires: their field names, their ranges, the length of the context. */
  'request-validation',
  'constraint-flag',
  'reported-time',
] as const

/** All that a service can be asked; the one whose URL stands for the service comes first. */
export const OPERATIONS = ['health', 'generate', 'chat', 'models', 'version', 'metrics'] as const

/** The ways to a generated answer on OpenAI's wire. */
export const ROUTES = ['chat', 'completions'] as const

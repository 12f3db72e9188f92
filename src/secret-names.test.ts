import { expect, test } from 'vitest'
import { isSecretName, literalSecretIn, secretsIn, shownCommand, shownValue } from './secret-names.ts'

test.each([
  ...[
    'KEY',
    'API_KEY',
    'APIKEY',
    'OPENAI_APIKEY',
    'apiKey',
    'X-Api-Key',
    'Modal-Key',
    '--api-key',
    'API_KEYS',
  ],
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AccountKey', 'SECRET_KEY_BASE', 'API_KEY_2', 'KEY2'],
  ...['TOKEN', 'HF_TOKEN', '--hf-token', 'npm_config__authToken', 'GITHUB_PAT', 'MODAL_TOKEN_ID'],
  ...['SECRET', 'MODAL_SECRET', 'client_secret', 'CREDENTIALS', 'GOOGLE_CREDENTIALS'],
  ...['PASSWORD', 'PGPASSWORD', 'DB_PASS', 'PASSWD', 'SSL_PASSPHRASE', 'MYSQL_PWD', 'Pwd', 'SSHPASS'],
  ...['AUTH', 'BASIC_AUTH', 'Authorization', 'Proxy-Authorization', 'Cookie'],
  ...['DATABASE_URL', 'DB_URI', 'SENTRY_DSN', 'AZURE_STORAGE_CONNECTION_STRING', 'CONN_STR'],
])('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})

test.each([
  ...[
    '',
    'PATH',
    'MONKEY',
    'KEYBOARD',
    'KEYRING',
    'LESSKEY',
    'TOKENIZERS_PARALLELISM',
    '--tokenizer',
    'AUTHOR',
  ],
  ...['VLLM_MAX_NUM_BATCHED_TOKENS', '--max-tokens', 'BYPASS', 'COMPASS', 'SECRETARY', 'XDG_SESSION_ID'],
  ...['SSH_AUTH_SOCK', 'API_KEY_FILE', '--ssl-keyfile', 'TOKEN_PATH', 'PGPASSFILE', 'GIT_ASKPASS'],
  ...['PUBLIC_KEY', 'ssh-public-key', 'BASE_URL', 'PWD', 'OLDPWD'],
])('%j is no name of a secret', (name) => {
  expect(isSecretName(name)).toBe(false)
})

test.each([
  ['postgres://me:pw@host/db?sslpassword=abc', 'postgres://me:[not shown]@host/db?sslpassword=[not shown]'],
  ['https://ghp_1@github.com/x', 'https://[not shown]@github.com/x'],
  ['http://me:a@b:c@proxy:3128', 'http://[not shown]:[not shown]@proxy:3128'],
  ['https://host/package@1.2', 'https://host/package@1.2'],
  ['Server=db;Uid=me;Pwd=;AccountKey=zz==;Port=1', 'Server=db;Uid=me;Pwd=;AccountKey=[not shown];Port=1'],
  ['{"client_secret": "abc", "id": 1}', '{"client_secret": "[not shown]", "id": 1}'],
  ['Authorization: Bearer xyz', 'Authorization: Bearer [not shown]'],
  ['--port 1 --api-key sk-1 --fast', '--port 1 --api-key [not shown] --fast'],
  ['password=secret=abc', 'password=[not shown]'],
  [
    'postgres://{env:ME}:{env:PW}@host --api-key={env:KEY}',
    'postgres://{env:ME}:{env:PW}@host --api-key={env:KEY}',
  ],
  ['postgres://{env:ME}:pw@host', 'postgres://{env:ME}:[not shown]@host'],
])('a secret inside a value is not shown, whatever the name: %s', (value, shown) => {
  expect(shownValue('EXTRA', value)).toBe(shown)
})

test('a value is hidden whole where its name says so, unless it only refers to a variable', () => {
  expect(shownValue('DATABASE_URL', 'sqlite:///x')).toBe('[not shown]')
  expect(shownValue('API_KEY', '{env:OTHER}')).toBe('{env:OTHER}')
})

test('a password is known as it stands in a URL and as it is', () => {
  expect(secretsIn('STORE', 'redis://me:p%40ss@store/0')).toEqual(['p%40ss', 'p@ss'])
  expect(secretsIn('STORE', 'redis://me:100%@store/0')).toEqual(['100%'])
  expect(secretsIn('DATABASE_URL', 'redis://me:pw@store/0')).toEqual(['redis://me:pw@store/0', 'pw'])
})

test('a command is shown without the values of its secret flags', () => {
  expect(shownCommand(['serve', '--api-key', 'sk-1', '--hf-token=hf_1', '--api-key', '--fast'])).toEqual([
    ...['serve', '--api-key', '[not shown]', '--hf-token=[not shown]', '--api-key', '--fast'],
  ])
})

test.each([
  [['serve', '--api-key', 'sk-hunter2hunter2'], '--api-key'],
  [['serve', '--token=EMPTY'], '--token'],
  [['docker', 'run', '-e', 'HF_TOKEN=hf_1'], 'HF_TOKEN'],
  [['serve', '--api-key', '{env:KEY}', '--sort-key={plain:FIELD}', '--max-tokens', '16'], undefined],
  [['sh', '-c', 'serve --api-key "$KEY"'], undefined],
  [['serve', '--api-key', '$KEY', '--api-key', '--fast'], undefined],
  [['node', '-e', 'items.sort({ key: first }); token = read()'], undefined],
])('of %j a literal secret is %s', (command, found) => {
  expect(literalSecretIn(command)).toBe(found)
})

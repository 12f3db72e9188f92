/** The curl of a chat request; `$URL` is the server's. */
export const chatCurl = (body: object): string =>
  `curl -sS "$URL/v1/chat/completions" -H 'content-type: application/json' -d '${JSON.stringify(body)}'`

/** One greedy answer to `ask` that has to hold a schema. */
export const schemaCurl = (ask: string, schema: object): string =>
  chatCurl({
    ...{ messages: [{ role: 'user', content: ask }], max_tokens: 96, temperature: 0 },
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  })

/** The curl of a request for a response. */
export const responsesCurl = (body: object): string =>
  `curl -sS "$URL/v1/responses" -H 'content-type: application/json' -d '${JSON.stringify(body)}'`

/** The status alone. */
export const STATUS = "-o /dev/null -w '%{http_code}'"

import {
  type Completed,
  completed,
  type GeneratingRoute,
  inParallel,
  markers,
  onRoute,
  promise,
  routesOf,
} from '#infergate'

const AT_ONCE = 4

promise('identity.echoes-request-ids', {
  says: 'a request id that is given back is the own one, for each of several requests at once',
  async check({ service, verify, inCase, notApplicable, random, sampled }) {
    const given = new Set<string>()
    for (const route of routesOf(service))
      await inCase(onRoute(service, 'a request id', route), async () => {
        const ids = markers(random, AT_ONCE + 1)
        const ask = async (id = '') => {
          const answer = await service.generate({
            ...{ prompt: 'Say hello.', maxTokens: 2, temperature: 0, route },
            ...asNamed(service.profile.engine, id),
          })
          return completed(answer, 'a request with an id')
        }
        const alone = await ask(ids[AT_ONCE])
        const places = PLACES.filter(({ of }) => of(alone)?.includes(ids[AT_ONCE] ?? ''))
        if (places.length === 0) notApplicable('its answers do not give the X-Request-Id of a request back')
        const answers = await inParallel(AT_ONCE, AT_ONCE, (index) => ask(ids[index]))
        for (const [index, answer] of answers.entries())
          for (const { name, of } of places) {
            const [own = '', said] = [ids[index], of(answer)]
            const other = ids.find((id) => id !== own && said?.includes(id))
            const came =
              other === undefined ? `${JSON.stringify(said)}, without it` : `${other}, another request's`
            verify(
              said?.includes(own) === true,
              `the request with the id ${own} gets ${name} ${came}`,
              answer,
            )
          }
        given.add(route satisfies GeneratingRoute)
      })
    if (given.size === 0) notApplicable('its answers do not give the id of a request back')
    sampled(AT_ONCE * given.size)
  },
})

/** The ananke wire has a field for it; elsewhere it is a header. */
const asNamed = (engine: string, id: string) =>
  engine === 'ananke' ? { wire: { request_id: id } } : { headers: { 'x-request-id': id } }

/** Where services give it back: vLLM in the id of the answer, with --enable-request-id-headers in a header too. */
const PLACES: readonly { readonly name: string; readonly of: (answer: Completed) => string | undefined }[] = [
  { name: 'the id', of: ({ identity }) => identity?.ids.map(String).join(' ') },
  { name: 'the header x-request-id', of: ({ received }) => received?.headers['x-request-id'] },
]

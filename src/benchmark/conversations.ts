import type { LoadClient, Prepared } from '../client/index.ts'
import type { GenerationRequest, LoadAnswer, ScheduledRequest } from '../records/index.ts'

type Said = { readonly role: string; readonly content: string }

type Conversation = {
  readonly said: Said[]
  /** Turns that are due and wait for the answer before them. */
  readonly waiting: ScheduledRequest[]
  /** One of its turns has no answer yet. */
  isOpen: boolean
  isBroken: boolean
}

/** The conversations of a load: what was said in each so far, and which turn may be sent. */
export class Conversations {
  readonly #known = new Map<string, Conversation>()

  /** Whether a request may be sent now. One that `waits` is handed out by `answered`; `over`: there is no answer to go on from; `foreign`: it goes on from another load. */
  admit(scheduled: ScheduledRequest): 'ready' | 'waits' | 'over' | 'foreign' {
    const { session } = scheduled
    // Its first turn was a request of the step before.
    if (session && session.turn > 0 && !this.#known.has(session.id)) return 'foreign'
    const conversation = this.#of(scheduled)
    if (!conversation) return 'ready'
    if (conversation.isBroken) return 'over'
    if (conversation.isOpen) {
      conversation.waiting.push(scheduled)
      return 'waits'
    }
    conversation.isOpen = true
    return 'ready'
  }

  /** A request with all that was said before it. */
  prepare(scheduled: ScheduledRequest, client: Pick<LoadClient, 'prepare'>): Prepared {
    const { request } = scheduled
    const alone = client.prepare(request)
    const said = this.#of(scheduled)?.said ?? []
    if (said.length === 0) return alone
    if (alone.operation === 'chat')
      return client.prepare({
        ...request,
        wire: { ...request.wire, messages: [...said, ...messagesOf(request)] },
      })
    const prompt = [...said.map(({ content }) => content), request.prompt].join('\n')
    return client.prepare({ ...request, prompt })
  }

  /** Takes what a turn was answered: the turn that waited for it, if any, and how many can never be sent. */
  answered(
    scheduled: ScheduledRequest,
    answer: LoadAnswer,
  ): { readonly next?: ScheduledRequest; readonly lost: number } {
    const conversation = this.#of(scheduled)
    if (!conversation) return { lost: 0 }
    const { said, waiting } = conversation
    conversation.isOpen = false
    if (answer.failure) {
      conversation.isBroken = true
      return { lost: waiting.splice(0).length }
    }
    said.push(...messagesOf(scheduled.request), { role: 'assistant', content: answer.text })
    const next = waiting.shift()
    if (!next) return { lost: 0 }
    conversation.isOpen = true
    return { next, lost: 0 }
  }

  #of({ session }: ScheduledRequest): Conversation | undefined {
    if (!session) return undefined
    const known = this.#known.get(session.id)
    if (known) return known
    const fresh: Conversation = { said: [], waiting: [], isOpen: false, isBroken: false }
    this.#known.set(session.id, fresh)
    return fresh
  }
}

/** What a turn says: its prompt as a user's message, or the messages that it brings itself. */
function messagesOf({ prompt, wire }: GenerationRequest): readonly Said[] {
  const messages = wire?.['messages']
  return Array.isArray(messages) ? messages : [{ role: 'user', content: prompt }]
}

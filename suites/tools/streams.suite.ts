import { inCases, promise } from '#infergate'
import { ask } from './ask.ts'
import { FINISH, holdForced, named, required } from './forced.ts'
import { drawTools } from './tool.ts'

promise('tools.streams-calls', {
  says: 'the deltas of a streamed call join to what a whole answer holds: its name and its id once, its arguments whole, its index right, one finish reason',
  needs: ['chat', 'stream'],
  async check(tools) {
    const all = drawTools(tools.random)
    const [first, second] = all
    // Where the prompt asks for both, a model that may call both has two indices to tell apart.
    const prompt = `Call ${first.name} and ${second.name}, each once, in one answer.`
    await inCases(tools, {
      'tool_choice "required", streamed': async () => {
        const answer = await ask(tools, required(all, { stream: true, prompt }))
        await holdForced(tools, answer, { among: all, finish: FINISH.required })
      },
      'tool_choice that names a tool, streamed': async () => {
        const answer = await ask(tools, named(second, all, { stream: true }))
        await holdForced(tools, answer, { among: [second], finish: FINISH.named })
      },
    })
  },
})

import { BOTH, type Fault, OPENAI } from './fault.ts'

/** Usage and errors. */
export const answerFaults: readonly Fault[] = [
  {
    id: 'usage-zero',
    says: 'all token counts are 0 beside a text',
    family: 'answers',
    source: 'https://github.com/vllm-project/vllm/issues/23007',
    dialects: BOTH,
    arm: () => ({ usage: () => ({ promptTokens: 0, completionTokens: 0, totalTokens: 0 }) }),
  },
  {
    id: 'total-not-sum',
    says: 'total_tokens counts the completion only',
    family: 'answers',
    source: 'https://github.com/sgl-project/sglang/issues/10012',
    dialects: OPENAI,
    arm: () => ({ usage: (usage) => ({ ...usage, totalTokens: usage.completionTokens }) }),
  },
]

import { type Clock, systemClock } from '../clock.ts'
import { inThread, JUDGE_DEADLINE_MS, type Judgement } from './judge-thread.ts'

/** Whether the whole text matches a pattern (JavaScript's `u` syntax), judged in a thread that is killed when late. */
export function judgePattern(
  text: string,
  pattern: string,
  deadlineMs: number = JUDGE_DEADLINE_MS,
  clock: Clock = systemClock,
): Promise<Judgement> {
  return inThread({ kind: 'pattern', pattern, text }, clock, deadlineMs)
}

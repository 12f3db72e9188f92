import { type Chosen, chooseTarget, type Situation } from './choose-target.ts'
import { Layers } from './layers.ts'
import type { ConfigFlags } from './resolved.ts'

/** They choose what is judged, and say nothing of what it is held against. */
const OF_THE_CANDIDATE = ['INFERGATE_TARGET', 'INFERGATE_URL', 'INFERGATE_FAULTS', 'INFERGATE_MODEL']

/**
 * The target that the run's own is held against; undefined where none is named. A target of the configuration is as it is described
 * there. The embedded simulator takes `--profile` and `--dialect` over, a URL `--dialect` and `--model`: they have no other place
 * to say so. Faults are the candidate's alone.
 */
export function chooseAgainst(situation: Situation): Chosen | undefined {
  const { input, file } = situation
  const { against, againstUrl, dialect, model, profile } = input.flags
  const isDescribed = against !== undefined && Object.hasOwn(file?.config.targets ?? {}, against)
  const spoken = dialect === undefined ? {} : { dialect }
  const flags: ConfigFlags | undefined =
    againstUrl !== undefined
      ? { ...spoken, ...(model !== undefined && { model }), url: againstUrl }
      : against === undefined
        ? undefined
        : isDescribed
          ? { target: against }
          : { ...spoken, ...(profile !== undefined && { profile }), target: against }
  if (!flags) return undefined
  const hidden = [...OF_THE_CANDIDATE, ...(isDescribed ? ['INFERGATE_PROFILE', 'INFERGATE_DIALECT'] : [])]
  const env = Object.fromEntries(Object.entries(input.env).filter(([name]) => !hidden.includes(name)))
  const own = { ...input, flags, env }
  return chooseTarget(new Layers(own, file), { ...situation, input: own })
}

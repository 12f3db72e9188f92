import { compose } from './compose.ts'
import { docker } from './docker.ts'
import { kubectl } from './kubectl.ts'
import { modal } from './modal.ts'
import type { Preset } from './preset.ts'

/** By its `kind` in the configuration; one file each. */
export const PRESETS: Readonly<Record<string, Preset>> = { compose, docker, kubectl, modal }

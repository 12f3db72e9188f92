import { classCalledWithoutRemote } from './class-called-without-remote.ts'
import { constantHealth } from './constant-health.ts'
import { duplicateGenerationLogic } from './duplicate-generation-logic.ts'
import { engineBuiltPerRequest } from './engine-built-per-request.ts'
import { enterReliedOn } from './enter-relied-on.ts'
import { exceptionAs200 } from './exception-as-200.ts'
import { frontTimeoutShorter } from './front-timeout-shorter.ts'
import { gpuOnForwarder } from './gpu-on-forwarder.ts'
import { guidedFieldsRemoved } from './guided-fields-removed.ts'
import type { Rule } from './rule.ts'
import { secretInSource } from './secret-in-source.ts'
import { swallowedConstraintError } from './swallowed-constraint-error.ts'
import { syncGenerateUnderConcurrency } from './sync-generate-under-concurrency.ts'

export type { File, Found, Rule } from './rule.ts'

/** The closed list, in the order in which people are told of it. */
export const RULES: readonly Rule[] = [
  engineBuiltPerRequest,
  classCalledWithoutRemote,
  enterReliedOn,
  gpuOnForwarder,
  duplicateGenerationLogic,
  syncGenerateUnderConcurrency,
  exceptionAs200,
  swallowedConstraintError,
  constantHealth,
  frontTimeoutShorter,
  secretInSource,
  guidedFieldsRemoved,
]

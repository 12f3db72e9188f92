import type { LintReport } from '../../records/index.ts'

/** Held by fixtures/schemas/lint.schema.json. */
export const lintAsJson = ({ rules, ...report }: LintReport, toolVersion: string): string =>
  `${JSON.stringify(
    {
      formatVersion: 1,
      tool: { name: 'infergate', version: toolVersion },
      ...report,
      rules: rules.map(({ id, severity, says, why, fix }) => ({ id, severity, says, why, fix })),
    },
    null,
    2,
  )}\n`

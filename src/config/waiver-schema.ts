import { z } from 'zod'
import { closedObject } from './closed-object.ts'

const text = z.string().min(1)
const isDate = (value: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))

/** A known failure that does not count until a day. */
export const waiver = closedObject({
  /** The promise, as reports name it. */
  id: text,
  /** One named case of the promise; without it the whole promise is waived. */
  case: text.optional(),
  /** Why the failure is accepted. */
  reason: z
    .string({ error: 'the reason is missing: say why this failure is accepted' })
    .refine((value) => value.trim() !== '', 'the reason is empty: say why this failure is accepted'),
  /** The last day on which it does not count. */
  until: z
    .string({ error: 'the last day is missing: write a date, such as "2026-12-31"' })
    .refine(isDate, 'the last day of a waiver is a date, such as "2026-12-31"'),
  by: z.string().optional(),
  evidence: z.string().optional(),
})

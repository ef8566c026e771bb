import * as z from 'zod'
import { StoredProblem } from './stored-problem.ts'

/** Creates the schema of what a list shows in place of a resource whose stored object cannot be read. */
export const unreadableItem = <Field extends string>(field: Field, id: string) =>
  z
    .object({
      [field]: z.string(),
      state: z.literal('unreadable'),
      problem: StoredProblem,
    } as Record<Field, z.ZodString> & { state: z.ZodLiteral<'unreadable'>; problem: typeof StoredProblem })
    .meta({ id, description: 'A resource whose stored object cannot be read: it is damaged, or something else.' })

import * as z from 'zod'
import { StoredProblem } from './stored-problem.ts'

/**
 * Returns the schema of what a list shows in place of an item whose state cannot be read.
 * @param field the field with the item's name
 * @param id name of the schema in the contract
 */
export const unreadableItem = <Field extends string>(field: Field, id: string) =>
  z
    .object({
      [field]: z.string().describe('Its name or id'),
      state: z.literal('unreadable'),
      problem: StoredProblem,
    } as Record<Field, z.ZodString> & { state: z.ZodLiteral<'unreadable'>; problem: typeof StoredProblem })
    .meta({ id, description: 'An item whose stored state cannot be read; `problem` names the object.' })

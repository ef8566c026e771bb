import * as z from 'zod'
import { StoredProblem } from './stored-problem.ts'

/**
 * Creates the schema of what a list shows in place of an item whose stored object is corrupt.
 * @param field which names the item
 * @param id name of the schema in the contract
 */
export const unreadableItem = <Field extends string>(field: Field, id: string) =>
  z
    .object({
      ...({ [field]: z.string() } as Record<Field, z.ZodString>),
      state: z.literal('unreadable'),
      problem: StoredProblem,
    })
    .meta({ id, description: 'An item of a list that cannot be read: `problem` names the stored object.' })

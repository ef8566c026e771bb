import * as z from 'zod'

/** Elements that may occur any number of times: the parser gives one alone, several as a list, none not at all. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .union([z.array(item), item.transform((one) => [one])])
    .optional()
    .transform((items) => items ?? [])
}

/** Text that is a whole number. */
export const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)

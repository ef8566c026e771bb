import * as z from 'zod'

/** Schema of a repeatable element. The parser returns one element as a value, several as an array and none as undefined. */
export function xmlList<Item extends z.ZodType>(item: Item) {
  return z
    .union([z.array(item), item.transform((one) => [one])])
    .optional()
    .transform((items) => items ?? [])
}

/** Schema of an element that contains a non-negative integer. */
export const xmlCount = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)

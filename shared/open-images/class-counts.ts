import * as z from 'zod'

const Count = z.int().nonnegative()

/** Occurrences of one class in a dataset: alone, with its subclasses, and with its subclasses and parts. */
export const ClassCount = z.object({
  images: Count,
  boxes: Count,
  imagesWithSubclasses: Count,
  boxesWithSubclasses: Count,
  imagesWithParts: Count,
  boxesWithParts: Count,
})
export type ClassCount = z.infer<typeof ClassCount>

/** `classes.json` of an import: the counts of its annotations. Keys of `classes` are class ids. */
export const ClassCounts = z.object({
  imageCount: Count,
  boxCount: Count,
  classes: z.record(z.string(), ClassCount),
})
export type ClassCounts = z.infer<typeof ClassCounts>

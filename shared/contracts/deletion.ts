import * as z from 'zod'

/** At most so many keys of kept objects are named. */
export const MAX_KEPT_KEYS = 100

/** Objects that a deletion leaves where they are, as Groundwork did not write them. */
export const Kept = z
  .object({
    objects: z.int().describe('Number of objects that stay'),
    keys: z.array(z.string()).max(MAX_KEPT_KEYS).describe(`Their keys, the first ${MAX_KEPT_KEYS}`),
  })
  .meta({ id: 'KeptObjects', description: 'Objects that stay, because Groundwork did not write them.' })
export type Kept = z.infer<typeof Kept>

/** Preview of a deletion. */
export const DeletionPreview = z
  .object({
    location: z.string().describe('Its folder in the bucket, `s3://…/`'),
    objects: z.int().describe('Objects to remove, counted up to 1,000'),
    bytes: z.int().describe('Their total size'),
    more: z.boolean().describe('Whether there are more objects than were counted'),
    kept: Kept,
  })
  .meta({ id: 'DeletionPreview', description: 'Preview of a deletion; nothing is removed.' })
export type DeletionPreview = z.infer<typeof DeletionPreview>

/** What a deletion removed, and what it left. */
export const DeletionReport = z
  .object({
    location: z.string().describe('Its folder in the bucket, `s3://…/`'),
    removed: z.int().describe('Objects that were removed'),
    kept: Kept,
  })
  .meta({ id: 'DeletionReport', description: 'What a deletion removed, and what it left.' })
export type DeletionReport = z.infer<typeof DeletionReport>

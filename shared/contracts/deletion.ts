import * as z from 'zod'
import { Count, S3Uri } from './fields.ts'

/** How many of the keys that stay are named. */
export const MAX_KEPT_KEYS = 100

export const Kept = z
  .object({
    objects: Count.describe('Number of objects that stay'),
    keys: z.array(z.string()).max(MAX_KEPT_KEYS).describe(`Their keys; at most the first ${MAX_KEPT_KEYS}`),
  })
  .meta({ id: 'KeptObjects', description: 'Objects in the folder that Groundwork did not write: they stay.' })
export type Kept = z.infer<typeof Kept>

/** Preview of a deletion. */
export const DeletionPreview = z
  .object({
    location: S3Uri.describe('The folder, `s3://…/`'),
    objects: Count.describe('Objects to remove, among the first 1,000 of the folder'),
    bytes: Count.describe('Their size in bytes'),
    kept: Kept,
    more: z.boolean().describe('Whether the folder has more objects than were counted'),
  })
  .meta({ id: 'DeletionPreview', description: 'Preview of a deletion; nothing is removed.' })
export type DeletionPreview = z.infer<typeof DeletionPreview>

/** What a deletion has removed, and what it has left. */
export const DeletionReport = z
  .object({
    location: S3Uri.describe('The folder, `s3://…/`'),
    removed: Count.describe('Objects that were removed'),
    kept: Kept,
  })
  .meta({ id: 'DeletionReport', description: 'The resource is deleted; its folder holds objects of others.' })
export type DeletionReport = z.infer<typeof DeletionReport>

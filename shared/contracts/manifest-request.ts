import * as z from 'zod'
import { BOXES_ATTRIBUTE, LabelAttributeName } from './label-attribute.ts'

/** The body of `PUT /v1/batches/{batch}/manifest`, and the manifest options of a run. */
export const ManifestRequest = z
  .strictObject({
    boxes: z
      .enum(['none', 'open-images'])
      .default('none')
      .describe('`open-images` adds the known boxes of each image in pixels, for jobs that adjust or verify them'),
    labelAttributeName: LabelAttributeName.default(BOXES_ATTRIBUTE).describe('The label attribute of these boxes'),
    verify: z
      .boolean()
      .default(false)
      .describe('Look whether the copies are still there, as they were made, and leave out images whose copy is not'),
    provenance: z.boolean().default(false).describe('Whether each line has image id, author, license and rotation'),
  })
  .meta({ id: 'ManifestRequest', description: 'Options of the input manifest.' })
export type ManifestRequest = z.infer<typeof ManifestRequest>

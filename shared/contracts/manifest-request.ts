import * as z from 'zod'
import { BOXES_ATTRIBUTE, LabelAttributeName } from './label-attribute.ts'

/** The body of `PUT /v1/batches/{batch}/manifest`, and what a run's manifest is to hold. */
export const ManifestRequest = z
  .strictObject({
    boxes: z
      .enum(['none', 'open-images'])
      .default('none')
      .describe('`open-images` gives each image its known boxes, in pixels, to be adjusted or verified'),
    labelAttributeName: LabelAttributeName.default(BOXES_ATTRIBUTE).describe('The key that these boxes are under'),
    provenance: z.boolean().default(false).describe('Whether each line says image id, author, licence and rotation'),
  })
  .meta({ id: 'ManifestRequest', description: 'What the input manifest is to hold.' })
export type ManifestRequest = z.infer<typeof ManifestRequest>

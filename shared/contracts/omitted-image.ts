import * as z from 'zod'
import { Count } from './fields.ts'

/** Outcomes of a copy that is not good, and everything else that keeps an image out of a manifest or a labeling job. */
export const OMITTED_OUTCOMES = [
  ...(['missing', 'denied', 'archived', 'conflict', 'unusable', 'failed', 'pending', 'unknown'] as const),
  ...(['no-pixel-size', 'attribute-too-long', 'line-too-long', 'too-many-bytes', 'too-many-pixels'] as const),
  ...(['copy-gone', 'copy-changed', 'manifest-outdated', 'not-in-manifest', 'not-labeled'] as const),
] as const
export type OmittedOutcome = (typeof OMITTED_OUTCOMES)[number]

/** An image of a batch that does not go on, and why. */
export const OmittedImage = z
  .object({
    imageId: z.string().describe('Id of the image'),
    outcome: z
      .enum(OMITTED_OUTCOMES)
      .describe(
        'The outcome of its copy, `pending` where copying was cancelled before it, or `unknown` where the record of its copy is lost; `no-pixel-size`, `attribute-too-long` or `line-too-long` where its boxes cannot be written; `too-many-bytes` or `too-many-pixels` where it is larger than the labeling service accepts; `copy-gone` or `copy-changed` where a manifest with `verify` found no copy, or another object in its place; `manifest-outdated` where the manifest was written before the image could be in it; `not-labeled` where the job that `boxesFrom` names has no boxes for it',
      ),
    reason: z.string().describe('Why, with the figures'),
  })
  .meta({ id: 'OmittedImage', description: 'An image of a batch that is left out, and why.' })
export type OmittedImage = z.infer<typeof OmittedImage>

export const OmittedByOutcome = z
  .record(z.string(), Count)
  .describe('How many images are left out with each outcome; `not-in-manifest`: an edited manifest lacks the image')

/** Fields of an answer that count and list the images that are left out. */
export const omissionFields = (maxImages: number) => ({
  omittedCount: Count.describe('Images of the batch that are left out'),
  omittedByOutcome: OmittedByOutcome,
  omitted: z
    .array(OmittedImage)
    .max(maxImages)
    .describe(
      `The images that are left out, in batch order, without those that an edited manifest lacks; at most the first ${maxImages.toLocaleString('en-US')}, and fewer where their reasons are long`,
    ),
})

/** The images that are left out: all of them counted, the first of them listed. */
export interface Omissions {
  readonly omittedCount: number
  readonly omittedByOutcome: Readonly<Record<string, number>>
  readonly omitted: OmittedImage[]
}

/** How many of the omitted images of a labeling job are listed. */
export const MAX_JOB_OMISSIONS = 1000

/** Fields of a labeling job for the images of its batch that it leaves out. */
export const JobOmissionFields = z.object({
  ...omissionFields(MAX_JOB_OMISSIONS),
  extraLines: Count.describe(
    'Lines of an edited manifest that are for no image of the batch, or repeat one. The other objects, the lines that were labeled before, and the omitted images add up to the images of the batch',
  ),
})

import * as z from 'zod'
import { Count } from '../../contracts/fields.ts'
import type { ManifestRequest } from '../../contracts/manifest-request.ts'
import type { ImageFacts } from '../../open-images/image-list.ts'

const MAX_LISTED = 10_000

/** Which lines of a manifest have a license: fields of its report, if the request asks for provenance. */
export const LICENSE_REPORT = {
  licensesFor: Count.optional().describe('How many of the `lines` have a license. Only with `provenance`'),
  withoutLicenseCount: Count.optional().describe(
    'Lines without a license: the image list has no row for their image, or no license in it. Only with `provenance`',
  ),
  withoutLicense: z
    .array(z.string())
    .max(MAX_LISTED)
    .optional()
    .describe('Ids of their images in batch order; at most the first 10,000. Only with `provenance`'),
}
type LicenseReport = z.infer<z.ZodObject<typeof LICENSE_REPORT>>

/** Counts the lines of a manifest that have a license. */
export function licenseCounter({ provenance }: Pick<ManifestRequest, 'provenance'>) {
  const without: string[] = []
  let licensesFor = 0
  return {
    /** @param facts of the line's image */
    add: (imageId: string, facts: ImageFacts | undefined): void => {
      if (facts?.license === undefined) without.push(imageId)
      else licensesFor += 1
    },
    report: (): LicenseReport =>
      provenance
        ? { licensesFor, withoutLicenseCount: without.length, withoutLicense: without.slice(0, MAX_LISTED) }
        : {},
  }
}

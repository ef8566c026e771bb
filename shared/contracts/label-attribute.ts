import * as z from 'zod'

/** The attribute that known boxes have in a manifest where nobody says another. */
export const BOXES_ATTRIBUTE = 'open-images-boxes'

/** The labeling service's rule for attributes of box jobs. */
export const LabelAttributeName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}$/, 'must be 1 to 127 letters, digits and inner hyphens')
  .refine((name) => !/-(metadata|ref)$/.test(name), { error: 'must not end in -metadata or -ref' })
  .refine((name) => !['source', 'source-ref', 'provenance'].includes(name), {
    error: 'is a key of the manifest itself',
  })

import * as z from 'zod'

/** The default label attribute of the Open Images boxes in a manifest. */
export const BOXES_ATTRIBUTE = 'open-images-boxes'

/** A label attribute of a box job, as the labeling service requires it. */
export const LabelAttributeName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}$/, 'must be 1 to 127 letters, digits and inner hyphens')
  .meta({ minLength: 1, maxLength: 127 })
  .refine((name) => !/-(metadata|ref)$/.test(name), { error: 'must not end in -metadata or -ref' })
  .refine((name) => !['source', 'source-ref', 'provenance'].includes(name), {
    error: 'is reserved for the manifest itself',
  })

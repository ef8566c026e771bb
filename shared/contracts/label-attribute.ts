import * as z from 'zod'

/** The default label attribute of the Open Images boxes in a manifest. */
export const BOXES_ATTRIBUTE = 'open-images-boxes'

const RULE = 'must be 1 to 127 letters, digits and inner hyphens'

/** A label attribute of a box job, as the labeling service requires it. */
export const LabelAttributeName = z
  .string()
  // The pattern limits the letters and digits, but not the hyphens between them.
  .max(127, { error: RULE, abort: true })
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}$/, RULE)
  .meta({ minLength: 1 })
  .refine((name) => !/-(metadata|ref)$/.test(name), { error: 'must not end in -metadata or -ref' })
  .refine((name) => !['source', 'source-ref', 'provenance'].includes(name), {
    error: 'is reserved for the manifest itself',
  })

import * as z from 'zod'
import { RESERVED_NAMES } from '../reserved-names.ts'

/** The labeling service's rule for names, and none of the bucket's own folders. */
export const BatchName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be 1 to 63 letters, digits and inner hyphens')
  .refine((name) => !RESERVED_NAMES.includes(name), {
    error: `must not be one of ${RESERVED_NAMES.join(', ')}: these are folders of the bucket`,
  })

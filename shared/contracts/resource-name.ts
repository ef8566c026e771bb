import * as z from 'zod'

/** What batches, labeling jobs, webhooks and tokens may be called: the labeling service's rule for names. */
export const ResourceName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be 1 to 63 letters, digits and inner hyphens')

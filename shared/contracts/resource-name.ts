import * as z from 'zod'

const RULE = 'must be 1 to 63 letters, digits and inner hyphens'

/** Name of a batch, labeling job, webhook or token. The rule is that of SageMaker job names. */
export const ResourceName = z
  .string()
  // The pattern limits the letters and digits, but not the hyphens between them.
  .max(63, { error: RULE, abort: true })
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, RULE)
  .meta({ minLength: 1 })

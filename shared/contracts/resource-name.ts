import * as z from 'zod'

/** Name of a batch, labeling job, webhook or token. The rule is that of SageMaker job names. */
export const ResourceName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'must be 1 to 63 letters, digits and inner hyphens')
  .meta({ minLength: 1, maxLength: 63 })

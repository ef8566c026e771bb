import * as z from 'zod'

/** `?validateOnly=true`: do all checks, answer with the plan, change nothing. */
export const ValidateOnlyQuery = z.strictObject({
  validateOnly: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
})

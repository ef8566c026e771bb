import * as z from 'zod'

/** `?validateOnly=true`: do all checks, answer with the plan, change nothing. */
export const ValidateOnlyQuery = z.strictObject({
  validateOnly: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({
      description: 'Do all checks, answer with the plan, change nothing',
      override: ({ jsonSchema }) => {
        delete jsonSchema.enum
        Object.assign(jsonSchema, { type: 'boolean', default: false })
      },
    }),
})

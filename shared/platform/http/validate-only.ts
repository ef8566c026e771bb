import * as z from 'zod'

/** The query of an endpoint with a dry run: `?validateOnly=true` runs all checks and returns a preview. */
export const ValidateOnlyQuery = z.strictObject({
  validateOnly: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({
      description: 'Dry run: all checks and a preview; nothing is written',
      override: ({ jsonSchema }) => {
        delete jsonSchema.enum
        Object.assign(jsonSchema, { type: 'boolean', default: false })
      },
    }),
})

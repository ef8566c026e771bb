import * as z from 'zod'

/** Returns the schema of a query parameter that is `true` or `false`, which is the default. */
export const flag = (description: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({
      description,
      override: ({ jsonSchema }) => {
        delete jsonSchema.enum
        Object.assign(jsonSchema, { type: 'boolean', default: false })
      },
    })

/** The query of an endpoint with a dry run: `?validateOnly=true` runs all checks and returns a preview. */
export const ValidateOnlyQuery = z.strictObject({
  validateOnly: flag('Dry run: all checks and a preview; nothing is written'),
})

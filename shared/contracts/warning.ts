import * as z from 'zod'

export const Warning = z
  .object({
    code: z.string().describe('Stable, for programs'),
    message: z.string().describe('For people; may change'),
  })
  .meta({ id: 'Warning', description: 'Something that is valid, but may not be what the caller intended.' })
export type Warning = z.infer<typeof Warning>

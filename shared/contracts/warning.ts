import * as z from 'zod'

export const Warning = z
  .object({
    code: z.string().describe('For programs'),
    message: z.string().describe('For people'),
  })
  .meta({ id: 'Warning', description: 'Something that works, but may not be what was meant.' })
export type Warning = z.infer<typeof Warning>

import * as z from 'zod'

/** A timestamp in responses, formatted by `Date.toISOString`. */
const Instant = z.string().meta({ format: 'date-time' })

/** A timestamp in responses with its description. @param event `When the batch was created` */
export const instant = (event: string) => Instant.describe(`${event}, in UTC`)

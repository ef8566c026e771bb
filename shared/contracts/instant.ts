import * as z from 'zod'

/** A timestamp in responses, formatted by `Date.toISOString`. */
export const Instant = z.string().meta({ format: 'date-time' })

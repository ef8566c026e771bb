import * as z from 'zod'

/** A moment, as `Date.toISOString` writes it; what is answered needs no check. */
export const Instant = z.string().meta({ format: 'date-time' })

import { createHash } from 'node:crypto'

/** The one id of an event, however often it is sent: a hash of what happened to, which time of it, and the type. Pure. */
export const eventId = (what: string, time: number | string, type: string): string =>
  `evt_${createHash('sha256')
    .update(JSON.stringify([what, time, type]))
    .digest('hex')
    .slice(0, 32)}`

import type { Ports } from '../ports.ts'

const QUARTER_HOUR_SECONDS = 900

/** A presigned URL, and when it expires (RFC 3339). */
export interface Link {
  readonly link: string
  readonly linkExpiresAt: string
}

/**
 * Returns a function that makes presigned links to objects of the working bucket. They are signed from the quarter hour,
 * so that they stay the same within it: a browser that gets one again finds the object in its cache.
 * @param seconds for which a link is valid at least; at most, a quarter of an hour more
 */
export function quarterHourLinks(
  seconds: number,
  { bucket, now }: Pick<Ports, 'bucket' | 'now'>,
): (key: string) => Promise<Link> {
  const time = now().getTime()
  const from = new Date(time - (time % (QUARTER_HOUR_SECONDS * 1000)))
  const validSeconds = QUARTER_HOUR_SECONDS + seconds
  const linkExpiresAt = new Date(from.getTime() + validSeconds * 1000).toISOString()
  return async (key) => ({ link: await bucket.link(key, validSeconds, from), linkExpiresAt })
}

/** Returns a function that makes links to images for people who look at them: valid for 15 to 30 minutes. */
export const imageLinks = (ports: Pick<Ports, 'bucket' | 'now'>): ((key: string) => Promise<Link>) =>
  quarterHourLinks(QUARTER_HOUR_SECONDS, ports)

import type { Ports } from '../../../platform/ports.ts'

const QUARTER_HOUR_SECONDS = 900
/** A link outlives its lease by this. */
const LINK_MARGIN_SECONDS = 300

/**
 * Returns a function that makes links to images. They are signed from the quarter hour, so that a browser that gets one again
 * finds the image in its cache.
 * @param leaseSeconds the longest time that a worker has the images
 */
export function imageLinker(
  leaseSeconds: number,
  { bucket, now }: Pick<Ports, 'bucket' | 'now'>,
): (key: string) => Promise<string> {
  const time = now().getTime()
  const from = new Date(time - (time % (QUARTER_HOUR_SECONDS * 1000)))
  const seconds = QUARTER_HOUR_SECONDS + leaseSeconds + LINK_MARGIN_SECONDS
  return (key) => bucket.link(key, seconds, from)
}

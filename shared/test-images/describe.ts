import { formatS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import { imageKey } from './store.ts'
import type { TestImageState, TestImageView } from './test-image.ts'

const CONTENT_TYPES = { jpg: 'image/jpeg', png: 'image/png' } as const

/** A link is good for 15 to 30 minutes: all that are made within a quarter of an hour are the same, and end together. */
const WINDOW_SECONDS = 15 * 60
const LINK_SECONDS = 2 * WINDOW_SECONDS

/** What the API answers about a test image. */
export async function toTestImageView(state: TestImageState, ports: Ports): Promise<TestImageView> {
  const { imageId, url, requestedAt } = state
  const known = { imageId, url, state: state.state, requestedAt }
  if (state.state === 'queued') return { ...known, ...(state.problem && { problem: state.problem }) }
  if (state.state === 'failed') return { ...known, problem: state.problem, failedAt: state.failedAt }
  const { config, bucket, now } = ports
  const { format, bytes, width, height, storedAt } = state
  const key = imageKey(state, config)
  const window = WINDOW_SECONDS * 1000
  const from = Math.floor(now().getTime() / window) * window
  return {
    ...known,
    contentType: CONTENT_TYPES[format],
    bytes,
    width,
    height,
    uri: formatS3Uri({ bucket: config.bucket, key }),
    link: await bucket.link(key, LINK_SECONDS, new Date(from)),
    linkExpiresAt: new Date(from + LINK_SECONDS * 1000).toISOString(),
    storedAt,
  }
}

/**
 * What makes one answer another than the last: links of one time may be written in several ways, as each process signs
 * with a key of its own, and are all as good.
 */
export const computeVersion = (items: readonly TestImageView[]): unknown => items.map(({ link: _, ...rest }) => rest)

/** What has failed once is not tried again at once. */
const SECONDS_AFTER_FAILURE = 30

/** In how many seconds looking again is worth it; undefined where nothing waits. */
export function retryAfterSeconds(items: readonly TestImageView[]): number | undefined {
  const waiting = items.filter(({ state }) => state === 'queued')
  if (waiting.length === 0) return undefined
  return waiting.some(({ problem }) => problem === undefined) ? 1 : SECONDS_AFTER_FAILURE
}

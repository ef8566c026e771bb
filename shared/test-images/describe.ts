import { formatS3Uri } from '../contracts/s3-uri.ts'
import type { StoredProblem } from '../contracts/stored-problem.ts'
import type { Ports } from '../platform/ports.ts'
import { imageLinks } from '../platform/storage/quarter-hour-links.ts'
import { imageKey } from './store.ts'
import type { Loss, TestImageItem, TestImageState, TestImageView } from './test-image.ts'

const CONTENT_TYPES = { jpg: 'image/jpeg', png: 'image/png' } as const

/**
 * Converts a test image to its API view. A stored image gets a presigned URL.
 * @param loss what became of a stored image, if its object was looked at
 */
export async function toTestImageView(
  state: TestImageState,
  ports: Pick<Ports, 'config' | 'bucket' | 'now'>,
  loss?: Loss,
): Promise<TestImageView> {
  const { imageId, url, requestedAt } = state
  const base = { imageId, url, state: state.state, requestedAt }
  if (state.state === 'queued') return { ...base, ...(state.problem && { problem: state.problem }) }
  if (state.state === 'failed') return { ...base, problem: state.problem, failedAt: state.failedAt }
  // A newer version knows other states.
  if (state.state !== 'stored') return base
  const { config } = ports
  const { format, bytes, width, height, redirectedTo, storedAt } = state
  const key = imageKey(state, config)
  const uri = formatS3Uri({ bucket: config.bucket, key })
  if (loss) return { ...base, state: loss, problem: describeLoss(loss, uri), uri, storedAt }
  return {
    ...base,
    contentType: CONTENT_TYPES[format],
    bytes,
    width,
    height,
    ...(redirectedTo !== undefined && { redirectedTo }),
    uri,
    ...(await imageLinks(ports)(key)),
    storedAt,
  }
}

const describeLoss = (loss: Loss, uri: string): StoredProblem => {
  const detail =
    loss === 'gone'
      ? `${uri} does not exist any more. POST /v1/test-images with the URL of the image fetches it again.`
      : `Another object is at ${uri}. Remove it, then POST /v1/test-images with the URL of the image fetches it again.`
  return { code: loss === 'gone' ? 'not-found' : 'conflict', detail, errors: [] }
}

/** The poll interval while an image waits to be retried. */
const RETRYING_SECONDS = 30

/** Returns the seconds after which a client should poll again; undefined when no image is queued. Pure. */
export function retryAfterSeconds(items: readonly TestImageItem[]): number | undefined {
  const queued = items.filter((item) => item.state === 'queued')
  if (queued.length === 0) return undefined
  return queued.some(({ problem }) => problem === undefined) ? 1 : RETRYING_SECONDS
}

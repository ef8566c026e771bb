import { createClient } from './client.ts'
import type { Target } from './send.ts'

/** A worker whose session authorizes the requests with the scope `label`. */
export interface FuzzWorker {
  /** The secret of the link. */
  readonly secret: string
  readonly session: string
}

/**
 * Creates a worker that fuzzed requests neither change nor remove, and the labeling job `base-work`, which has tasks for
 * workers. Repeating it opens another session. The batch `base` must exist.
 */
export async function enterAsWorker(target: Target): Promise<FuzzWorker> {
  const { call, until } = createClient(target)
  await call('PUT', '/v1/labeling-jobs/base-work', { batch: 'base', engine: 'groundwork', workersPerObject: 3 })
  await call('PUT', '/v1/workers/base-worker', {})
  // The request above returns a link only if it has created the worker.
  const { link } = JSON.parse(await call('POST', '/v1/workers/base-worker/rotate-link'))
  const secret = link.slice(link.indexOf('#') + 1)
  const { session } = JSON.parse(await call('POST', '/v1/me/sessions', { secret }))
  await until('/v1/labeling-jobs/base-work', '"status":"InProgress"')
  return { secret, session }
}

import { get } from './calls.ts'
import { type Client, toApiError } from './client.ts'
import { type LiveState, reduceLive } from './live-state.ts'
import { NO_HISTORY, nextPollMilliseconds, recordPoll } from './pace.ts'

/** A resource that a page keeps up to date. */
export interface Live<Body> {
  readonly path: string
  readonly current: LiveState<Body>
  /** Asks at once, such as after the page has changed the resource. */
  refresh(): void
  stop(): void
}

/** What a page has to do with a resource, besides showing it. */
export interface WatchOptions<Body> {
  /** Called after each answer. */
  readonly onChange?: () => void
  /** Whether something goes on in it, for resources that do not say so by `Retry-After`, such as lists. */
  readonly isBusy?: (body: Body) => boolean
}

/** So often a resource is asked for in which something goes on, at first. */
const BUSY_SECONDS = 2

/**
 * Keeps a resource up to date while the tab is visible. There is never more than one request for it: the next one waits
 * for the answer to the last one.
 */
export function watchResource<Body>(client: Client, path: string, options: WatchOptions<Body>): Live<Body> {
  let current: LiveState<Body> = { state: 'loading' }
  let history = NO_HISTORY
  let etag: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let isOutdated = false
  let isRefused = false
  const ending = new AbortController()

  const send = (event: Parameters<typeof reduceLive<Body>>[1]): void => {
    current = reduceLive(current, event)
    options.onChange?.()
  }
  const busySeconds = (): number | undefined =>
    current.state === 'ready' && options.isBusy?.(current.body) ? BUSY_SECONDS : undefined
  const ask = async (): Promise<void> => {
    const headers = etag === undefined ? {} : { 'if-none-match': etag }
    try {
      const reply = await client.call<Body>(get(path), { headers, signal: ending.signal })
      const type = reply.status === 304 ? 'unchanged' : 'changed'
      etag = reply.headers.get('etag') ?? etag
      send(type === 'changed' ? { type: 'received', body: reply.body } : { type: 'confirmed' })
      history = recordPoll(history, { type, retryAfterSeconds: readRetryAfter(reply.headers) ?? busySeconds() })
    } catch (thrown) {
      if (ending.signal.aborted) return
      const problem = toApiError(thrown)
      history = recordPoll(history, { type: 'failed', retryAfterSeconds: problem.retryAfterSeconds })
      send({ type: 'failed', problem, isRetryable: problem.isRetryable })
      isRefused = !problem.isRetryable
    }
  }
  const poll = async (): Promise<void> => {
    clearTimeout(timer)
    if (isAsking || document.hidden || ending.signal.aborted) return
    isAsking = true
    isOutdated = false
    isRefused = false
    await ask()
    isAsking = false
    // What is refused stays refused, until the person asks again.
    if (ending.signal.aborted || (isRefused && !isOutdated)) return
    timer = setTimeout(() => void poll(), isOutdated ? 0 : nextPollMilliseconds(history))
  }
  const onVisible = (): void => void poll()
  document.addEventListener('visibilitychange', onVisible)
  void poll()
  return {
    path,
    get current() {
      return current
    },
    refresh: () => {
      history = NO_HISTORY
      isOutdated = isAsking
      void poll()
    },
    stop: () => {
      ending.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    },
  }
}

function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  const seconds = Number(text ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

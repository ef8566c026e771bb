import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A request to S3, by what S3 charges for it (a part of an upload is a `PUT`), or a request to SQS or SageMaker.
 * Requests to web servers are not metered.
 */
export type RequestKind = 'GET' | 'HEAD' | 'LIST' | 'PUT' | 'COPY' | 'DELETE' | 'SQS' | 'SageMaker'

/** What a call requested so far. Kinds without a request are left out. */
export interface RequestReport {
  readonly requests: Readonly<Partial<Record<RequestKind, number>>>
  /** Length of the longest chain of requests that waited for each other. */
  readonly depth: number
}

export interface RequestMeter {
  /** Counts a request that is being sent. Returns a function to call once it was answered, or has failed. */
  begin(kind: RequestKind): () => void
  report(): RequestReport
}

/**
 * Counts the requests of one call, and its *depth*: multiplied by the time that one request takes, it is what the caller
 * waits for.
 *
 * A request begins at depth 1 + the greatest depth of the requests that were answered before. So the depth is too large
 * where independent chains run at unequal speed: a request then counts as waiting for all answers that happened to be
 * there already. It is exact where all outstanding requests are answered together, and never too small.
 */
export function requestMeter(): RequestMeter {
  const requests: Partial<Record<RequestKind, number>> = {}
  let answered = 0
  let depth = 0
  return {
    begin: (kind) => {
      requests[kind] = (requests[kind] ?? 0) + 1
      const own = answered + 1
      depth = Math.max(depth, own)
      return () => {
        answered = Math.max(answered, own)
      }
    },
    report: () => ({ requests: { ...requests }, depth }),
  }
}

const current = new AsyncLocalStorage<RequestMeter>()

/** Does some work with a meter of its own: {@link currentMeter} returns it in all that the work starts. */
export const withMeter = <Result>(work: () => Result): Result => current.run(requestMeter(), work)

/** Returns the meter of the call that this code runs for; `undefined` outside of {@link withMeter}. */
export const currentMeter = (): RequestMeter | undefined => current.getStore()

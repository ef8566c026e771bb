import { computeEtag } from './etag.ts'

/** What an endpoint answers, before it becomes an API Gateway response. A string body is sent as it is. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export const ok = (body: unknown): Reply => ({ status: 200, body })

export const created = (body: unknown, location: string): Reply => ({ status: 201, headers: { location }, body })

/** It still goes on: look again `retryAfter` seconds from now at the earliest. */
export const acceptedInBackground = (body: unknown, retryAfter: number): Reply => ({
  status: 200,
  headers: { 'retry-after': String(retryAfter) },
  body,
})

/**
 * With links that end: nobody keeps it. Who polls gets new links when they are due, and else 304.
 * @param version what makes it another answer; the links themselves do not
 * @param retryAfter in how many seconds looking again is worth it; undefined where nothing goes on any more
 */
export const okWithLinks = (body: unknown, version: unknown, retryAfter: number | undefined): Reply => ({
  status: 200,
  headers: {
    'cache-control': 'no-store',
    etag: computeEtag(JSON.stringify(version)),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  },
  body,
})

/** It goes on in the background: look at `location`, `retryAfter` seconds from now at the earliest. */
export const accepted = (body: unknown, location: string, retryAfter = 1): Reply => ({
  status: 202,
  headers: { location, 'retry-after': String(retryAfter) },
  body,
})

export const noContent = (): Reply => ({ status: 204 })

/** Too large to answer: it lies at a time-limited link. */
export const seeOther = (link: string): Reply => ({ status: 303, headers: { location: link } })

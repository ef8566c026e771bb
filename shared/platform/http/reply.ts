import type { Page } from '../../contracts/page.ts'
import { computeEtag } from './etag.ts'

/**
 * The answer of an endpoint, before it becomes an API Gateway response. A string body is sent as is, others as JSON.
 */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The body is the Base64 of the bytes to send. */
  readonly isBase64?: boolean
}

/** 200 with a body. */
export const ok = (body: unknown): Reply => ({ status: 200, body })

/** 201 with the address of the new resource. */
export const created = (body: unknown, location: string): Reply => ({ status: 201, headers: { location }, body })

/**
 * 200 for a resource that is still being worked on in the background.
 * @param retryAfter seconds until the client should poll again
 */
export const acceptedInBackground = (body: unknown, retryAfter: number): Reply => ({
  status: 200,
  headers: { 'retry-after': String(retryAfter) },
  body,
})

/**
 * 200 with presigned links, which expire, so caches must not store it. The ETag leaves out the links, as each process
 * signs with credentials of its own, but not when they expire: a client that polls gets 304 as long as nothing else
 * changes, and new links with the next quarter of an hour, while those that it has are valid for another one.
 * @param body something with a `link` and `linkExpiresAt`, or a page of such items
 * @param retryAfter seconds until the client should poll again; undefined when nothing will change by itself
 */
export const okWithLinks = (body: object | Page<object>, retryAfter?: number): Reply => ({
  status: 200,
  headers: {
    'cache-control': 'no-store',
    etag: computeEtag(JSON.stringify(withoutLinks(body))),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  },
  body,
})

const withoutLinks = (body: object | Page<object>): unknown =>
  'items' in body ? { ...body, items: body.items.map(withoutLink) } : withoutLink(body)

const withoutLink = (one: object): unknown => ({ ...one, link: undefined })

/**
 * 202: the work continues in the background.
 * @param location what to poll
 * @param retryAfter seconds until the client should poll it
 */
export const accepted = (body: unknown, location: string, retryAfter = 1): Reply => ({
  status: 202,
  headers: { location, 'retry-after': String(retryAfter) },
  body,
})

/** 204 without a body. */
export const noContent = (): Reply => ({ status: 204 })

/** 303 to a presigned link, for a body that is too large for a response. */
export const seeOther = (link: string): Reply => ({ status: 303, headers: { location: link } })

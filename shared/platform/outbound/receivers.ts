import type { Config } from '../config.ts'
import type { Receivers } from '../ports.ts'
import { readBody } from './request.ts'
import { safeFetch } from './safe-fetch.ts'

/** Only the status matters, so a longer response body is cut off. */
const MAX_BODY_BYTES = 16 * 1024

/** Returns the port that posts to webhook receivers, through the SSRF guard of {@link safeFetch}. */
export const webReceivers = ({ allowLoopback }: Pick<Config, 'allowLoopback'>): Receivers => ({
  post: async (url, { headers, body, milliseconds }) => {
    const until = performance.now() + milliseconds
    const limits = { answer: milliseconds, idle: milliseconds, body: milliseconds }
    const answer = await safeFetch(url, { redirects: 'refused', method: 'POST', headers, body, allowLoopback, limits })
    const { status, response } = answer
    const left = Math.max(0, until - performance.now())
    // A response that breaks off does not count: behind a proxy, the receiver may have crashed with the event.
    let bytes = 0
    for await (const chunk of readBody(answer.url, response, { ...limits, body: left })) {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) break
    }
    return { status, retryAfter: response.headers['retry-after'] }
  },
})

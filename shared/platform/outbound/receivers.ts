import type { Config } from '../config.ts'
import type { Receivers } from '../ports.ts'
import { readBody } from './request.ts'
import { safeFetch } from './safe-fetch.ts'

/** Nobody looks at what a receiver says besides its status. */
const MOST_BODY_BYTES = 16 * 1024

/** Receivers on the public internet, behind the one door for addresses that somebody else gave. */
export const webReceivers = ({ allowLoopback }: Pick<Config, 'allowLoopback'>): Receivers => ({
  post: async (url, { headers, body, milliseconds }) => {
    const until = performance.now() + milliseconds
    const limits = { answer: milliseconds, idle: milliseconds, body: milliseconds }
    const answer = await safeFetch(url, { redirects: 'refused', method: 'POST', headers, body, allowLoopback, limits })
    const { status, response } = answer
    const left = Math.max(0, until - performance.now())
    // An answer that breaks off is none: behind a proxy, what took the event may have died with it.
    let bytes = 0
    for await (const chunk of readBody(answer.url, response, { ...limits, body: left })) {
      bytes += chunk.length
      if (bytes > MOST_BODY_BYTES) break
    }
    return { status, retryAfter: response.headers['retry-after'] }
  },
})

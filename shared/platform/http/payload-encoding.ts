import type { Middleware } from './stack.ts'

/** A smaller body fits into Lambda's 6 MB in either form: JSON writes a character with at most six bytes. */
const MIN_BYTES = 1_000_000

/**
 * Passes a large body to API Gateway as base64 where that is shorter. A function returns its body as a JSON string, in which each quote
 * and backslash takes two bytes, so that JSON of 4 MB can exceed the 6 MB that Lambda returns. As base64, a body of any
 * content takes a third more than its bytes. Clients see no difference: API Gateway decodes it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const payloadEncoding = (): Middleware => ({
  after: ({ response }) => {
    if (response?.body === undefined || response.isBase64Encoded) return
    const bytes = Buffer.from(response.body)
    if (bytes.length < MIN_BYTES) return
    const base64 = bytes.toString('base64')
    if (Buffer.byteLength(JSON.stringify(response.body)) <= base64.length) return
    response.body = base64
    response.isBase64Encoded = true
  },
})

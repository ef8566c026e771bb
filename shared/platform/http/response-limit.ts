import { AppError } from '../../contracts/errors.ts'
import type { EndpointScope } from '../tokens/token.ts'
import type { Middleware } from './stack.ts'

/** No response body is larger, as it is before compression. Lambda's limit of 6 MB holds for what the body is encoded to. */
export const MAX_RESPONSE_BYTES = 4_000_000

/**
 * Refuses to send a body over 4 MB, with a problem document that says what to do instead. Lists and links stay below it
 * by themselves; this is what remains for all other responses, and for objects that an earlier version wrote.
 * @param scope of the endpoint. What a request with the scope `write` changes is changed before its response is known to
 *   be too large, so its error is not one of the caller's
 */
export const responseLimit = (scope: EndpointScope | undefined): Middleware => ({
  after: ({ response }) => {
    const bytes = Buffer.byteLength(response?.body ?? '')
    if (bytes > MAX_RESPONSE_BYTES) throw scope === 'write' ? carriedOut(bytes) : tooLarge(bytes)
  },
})

const tooLarge = (bytes: number): AppError =>
  new AppError(
    'payload-too-large',
    `The response must have at most ${MAX_RESPONSE_BYTES} bytes, but would have ${bytes}; ask for less: fewer names in a request, a smaller "limit" of a list.`,
  )

const carriedOut = (bytes: number): AppError =>
  new AppError(
    'internal',
    `The request was carried out, but its response would have ${bytes} bytes, more than ${MAX_RESPONSE_BYTES}; a list shows the resource in short.`,
  )

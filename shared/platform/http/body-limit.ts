import { isUtf8 } from 'node:buffer'
import { AppError } from '../../contracts/errors.ts'
import type { Middleware } from './stack.ts'

export const MAX_BODY_BYTES = 1 << 20

/** Refuses a body that is too large, by default over 1 MiB, or one that is not UTF-8, before it is parsed. */
export const bodyLimit = (maxBytes = MAX_BODY_BYTES): Middleware => ({
  before: ({ event }) => {
    if (event.body === undefined) return
    const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')
    if (bytes.length > maxBytes)
      throw new AppError(
        'payload-too-large',
        `The request body must be at most ${maxBytes} bytes, not ${bytes.length}.`,
      )
    if (!isUtf8(bytes)) throw new AppError('invalid-request', 'body: must be JSON encoded as UTF-8.')
  },
})

import { isUtf8 } from 'node:buffer'
import { AppError } from '../../contracts/errors.ts'
import type { Middleware } from './stack.ts'

const MAX_BODY_BYTES = 1 << 20

/** Refuses a body that is too large or no UTF-8, before anything parses it. */
export const bodyLimit = (): Middleware => ({
  before: ({ event }) => {
    if (event.body === undefined) return
    const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')
    if (bytes.length > MAX_BODY_BYTES)
      throw new AppError(
        'payload-too-large',
        `The body has ${bytes.length} bytes; at most ${MAX_BODY_BYTES} are taken.`,
      )
    if (!isUtf8(bytes)) throw new AppError('invalid-request', 'body: it is not UTF-8; send JSON encoded as UTF-8.')
  },
})

import { AppError } from '../../contracts/errors.ts'
import type { HttpEvent, Middleware } from './stack.ts'

/**
 * Refuses a compressed body by its header, before the bytes are looked at, and text in another encoding than UTF-8.
 * @param isDeclared whether the endpoint takes a body; if not, its content type is not checked
 */
export const plainBody = (isDeclared: boolean): Middleware => ({
  before: ({ event }) => {
    if (!event.body) return
    assertUncompressed(event)
    if (isDeclared) assertUtf8(event)
  },
})

function assertUncompressed({ headers }: HttpEvent): void {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return
  const message = `Content-Encoding ${JSON.stringify(encoding)} is not supported; send the body uncompressed.`
  throw new AppError('unsupported-media-type', message)
}

function assertUtf8({ headers }: HttpEvent): void {
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return
  const message = `Charset ${JSON.stringify(charset)} is not supported; send the body as UTF-8.`
  throw new AppError('unsupported-media-type', message)
}

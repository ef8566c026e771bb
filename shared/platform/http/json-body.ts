import jsonBodyParser from '@middy/http-json-body-parser'
import { AppError } from '../../contracts/errors.ts'
import type { HttpEvent, Middleware } from './stack.ts'

/**
 * Parses the request body, if there is one, as JSON.
 * @param isDeclared whether the endpoint takes a body; if not, its content type is not checked
 */
export function jsonBody(isDeclared: boolean): Middleware {
  const { before } = jsonBodyParser({ disableContentTypeCheck: !isDeclared })
  return {
    before: (request) => {
      if (!request.event.body) return
      if (isDeclared) assertPlainUtf8(request.event)
      return before?.(request)
    },
  }
}

function assertPlainUtf8({ headers }: HttpEvent): void {
  const encoding = headers['content-encoding']?.toLowerCase()
  if (encoding !== undefined && encoding !== 'identity')
    throw new AppError(
      'unsupported-media-type',
      `Content-Encoding ${JSON.stringify(encoding)} is not supported; send the body uncompressed.`,
    )
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new AppError(
      'unsupported-media-type',
      `Charset ${JSON.stringify(charset)} is not supported; send the body as UTF-8.`,
    )
}

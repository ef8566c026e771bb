import jsonBodyParser from '@middy/http-json-body-parser'
import { AppError } from '../../contracts/errors.ts'
import type { HttpEvent, Middleware } from './stack.ts'

/**
 * Parses the body as JSON, where there is one. A call that takes none does not mind how it is labelled.
 * @param declared whether the call takes a body
 */
export function jsonBody(declared: boolean): Middleware {
  const { before } = jsonBodyParser({ disableContentTypeCheck: !declared })
  return {
    before: (request) => {
      if (!request.event.body) return
      if (declared) refuseEncoded(request.event)
      return before?.(request)
    },
  }
}

/** Bodies are taken as they are: JSON in UTF-8. */
function refuseEncoded({ headers }: HttpEvent): void {
  const encoding = headers['content-encoding']?.toLowerCase()
  if (encoding !== undefined && encoding !== 'identity')
    throw new AppError('unsupported-media-type', `The body is encoded as ${JSON.stringify(encoding)}; send it plain.`)
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw new AppError('unsupported-media-type', `The body is in ${JSON.stringify(charset)}; send it in UTF-8.`)
}

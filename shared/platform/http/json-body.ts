import jsonBodyParser from '@middy/http-json-body-parser'
import type { Middleware } from './stack.ts'

/**
 * Parses the request body, if there is one, as JSON.
 * @param isDeclared whether the endpoint takes a body; if not, its content type is not checked
 */
export function jsonBody(isDeclared: boolean): Middleware {
  const { before } = jsonBodyParser({ disableContentTypeCheck: !isDeclared })
  return {
    before: (request) => (request.event.body ? before?.(request) : undefined),
  }
}

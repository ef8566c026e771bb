import type { Middleware } from './stack.ts'

/** Answers HEAD with the status and headers of the GET, and no body. */
export const headWithoutBody = (): Middleware => {
  const strip: Middleware['after'] = ({ event, response }) => {
    if (event.requestContext.http.method === 'HEAD' && response) delete response.body
  }
  return { after: strip, onError: strip }
}

import type { Middleware } from './stack.ts'

/** A HEAD is answered as the GET would be, without the body. */
export const headWithoutBody = (): Middleware => {
  const strip: Middleware['after'] = ({ event, response }) => {
    if (event.requestContext.http.method === 'HEAD' && response) delete response.body
  }
  return { after: strip, onError: strip }
}

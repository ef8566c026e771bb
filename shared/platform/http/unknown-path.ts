import { AppError } from '../../contracts/errors.ts'
import { problem } from './problem.ts'
import type { Reply } from './reply.ts'
import { routedMethods } from './routed-methods.ts'

/** A route as it is declared: `GET /v1/batches/{batch}` */
interface KnownRoute {
  readonly method: string
  readonly path: string
}

/**
 * The answer to a request that no route takes: 405 with `Allow` where the path knows other methods.
 * @throws AppError `not-found` where it knows none
 */
export function answerUnknownPath(
  method: string,
  path: string,
  routes: readonly KnownRoute[],
  requestId: string,
): Reply {
  const methods = methodsOf(path, routes)
  if (methods.length === 0) throw new AppError('not-found', `There is nothing at ${path}.${hintFor(path, routes)}`)
  const allow = methods.join(', ')
  const refusal = new AppError('method-not-allowed', `${path} does not know ${method}; it knows ${allow}.`)
  const reply = problem(refusal, requestId)
  return { ...reply, headers: { ...reply.headers, allow } }
}

const methodsOf = (path: string, routes: readonly KnownRoute[]): string[] =>
  routes.filter((known) => fits(known.path.split('/'), path.split('/'))).flatMap(({ method }) => routedMethods(method))

const fits = (template: readonly string[], segments: readonly string[]): boolean =>
  template.length === segments.length &&
  template.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]))

const hintFor = (path: string, routes: readonly KnownRoute[]): string =>
  path.endsWith('/') && methodsOf(path.slice(0, -1), routes).length > 0 ? ' Leave out the slash at its end.' : ''

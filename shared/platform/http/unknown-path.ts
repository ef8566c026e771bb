import { AppError } from '../../contracts/errors.ts'
import { parsePathTemplate, splitPath } from './path.ts'
import { problem } from './problem.ts'
import type { Reply } from './reply.ts'
import { routedMethods } from './routed-methods.ts'

/** A declared route, such as `GET /v1/batches/{batch}`. */
interface KnownRoute {
  readonly method: string
  readonly path: string
}

/**
 * Answers a request that matches no route: 405 with `Allow` when the path has other methods.
 * @throws AppError `not-found` when no route has this path
 */
export function answerUnknownPath(
  method: string,
  path: string,
  routes: readonly KnownRoute[],
  requestId: string,
): Reply {
  const methods = allowedMethods(path, routes)
  if (methods.length === 0) throw new AppError('not-found', `No route matches ${path}.${slashHint(path, routes)}`)
  const allow = methods.join(', ')
  const refusal = new AppError('method-not-allowed', `Method ${method} is not allowed for ${path} (allowed: ${allow}).`)
  const reply = problem(refusal, requestId)
  return { ...reply, headers: { ...reply.headers, allow } }
}

const allowedMethods = (path: string, routes: readonly KnownRoute[]): string[] =>
  routes
    .filter((known) => parsePathTemplate(known.path).match(splitPath(path)))
    .flatMap(({ method }) => routedMethods(method))

const slashHint = (path: string, routes: readonly KnownRoute[]): string =>
  path.endsWith('/') && allowedMethods(path.slice(0, -1), routes).length > 0 ? ' Remove the slash at the end.' : ''

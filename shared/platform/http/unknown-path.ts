import * as z from 'zod'
import { AppError } from '../../contracts/errors.ts'
import routes from '../../contracts/routes.json' with { type: 'json' }
import { shorten } from '../../contracts/sentence.ts'
import { answeredMethods } from './answered-methods.ts'
import type { Endpoint } from './endpoint.ts'
import { parsePathTemplate, splitPath } from './path.ts'
import { problem } from './problem.ts'
import type { Reply } from './reply.ts'
import type { StackPorts } from './stack.ts'

/**
 * The endpoint of requests that no other endpoint answers: 405 with `Allow` when the path has other methods, else 404.
 * It is the route `$default`. The function of a GET answers with it as well, because it receives every method of its
 * path that has no route.
 */
export const unknownPath: Endpoint<Pick<StackPorts, 'config' | 'requestId'>> = {
  method: 'GET',
  path: '$default',
  operationId: 'refuseUnknownPath',
  summary: 'Unknown paths and methods',
  scope: undefined,
  refuses: ['not-found', 'method-not-allowed'],
  permissions: ['seeBucket'],
  // The query is dropped, so that the cursor of an unknown path is not verified.
  query: z.unknown().transform(() => undefined),
  answers: {},
  run: async ({ method, path }, { config, requestId }) => refuse(method, path, config.hasPages, requestId),
}

/** A path of any length may arrive; a message quotes so much of it. */
const MAX_QUOTED_CHARACTERS = 200

const ENCODED_HINT = ' Send each slash between two segments as it is, not as %2F.'
const SLASH_HINT = ' Remove the slash at the end.'
const PAGES_HINT = ' GET /docs lists all routes.'

/** @throws AppError `not-found` when no route has this path */
function refuse(method: string, path: string, hasPages: boolean, requestId: string): Reply {
  const allowedMethods = (of: string): string[] => listMethods(of, hasPages)
  const methods = allowedMethods(path)
  const quoted = shorten(path, MAX_QUOTED_CHARACTERS)
  // The route of this method and path would have answered, unless a slash of the path was percent-encoded: routes are
  // matched before the path is decoded.
  const isEncoded = methods.includes(method)
  if (isEncoded || methods.length === 0) {
    const isSlashTooMany = path.endsWith('/') && allowedMethods(path.slice(0, -1)).length > 0
    const hint = isEncoded ? ENCODED_HINT : isSlashTooMany ? SLASH_HINT : hasPages ? PAGES_HINT : ''
    throw new AppError('not-found', `No route matches ${quoted}.${hint}`)
  }
  const allow = methods.join(', ')
  const refusal = new AppError(
    'method-not-allowed',
    `Method ${method} is not allowed for ${quoted} (allowed: ${allow}).`,
  )
  const reply = problem(refusal, requestId)
  return { ...reply, headers: { ...reply.headers, allow } }
}

interface Route {
  readonly method: string
  readonly path: string
  readonly isPage?: boolean
}

/** Returns the methods of a path. A deployment without pages has none for these. */
const listMethods = (path: string, hasPages: boolean): string[] =>
  routes
    .filter(({ isPage = false }: Route) => hasPages || !isPage)
    .filter((known) => parsePathTemplate(known.path).match(splitPath(path)))
    .flatMap(({ method }) => answeredMethods(method))

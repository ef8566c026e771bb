import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { type EndpointScope, isBearerToken } from './token.ts'
import type { FindToken } from './token-cache.ts'

const MAX_TOKEN_CHARACTERS = 1024

/**
 * Checks that a token exists and has a scope.
 * @returns the token's name
 * @throws AppError `unauthorized` when the token is unknown or malformed, `forbidden` when it lacks the scope,
 *   which every token does with `label`
 */
export async function checkToken(
  token: string,
  scope: EndpointScope,
  find: FindToken,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<string> {
  if (token.length > MAX_TOKEN_CHARACTERS || !isBearerToken(token))
    throw new AppError('unauthorized', 'The bearer token is malformed; send one token in one authorization header.')
  const found = await find(token, ports)
  if (!found) throw new AppError('unauthorized', 'The token is unknown or was revoked.')
  if (scope !== 'label' && found.scopes.includes(scope)) return found.name
  const allowed = found.scopes.map((granted) => `"${granted}"`).join(' and ')
  throw new AppError(
    'forbidden',
    `This request requires the scope "${scope}"; token "${found.name}" has ${allowed || 'none'}.`,
  )
}

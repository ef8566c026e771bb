import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { isBearerToken, type Scope } from './token.ts'
import type { FindToken } from './token-cache.ts'

const MOST_CHARACTERS = 1024

/**
 * Whose token it is, if it allows what is asked for.
 * @returns the token's name
 * @throws AppError `unauthorized` when there is no such token, `forbidden` when it does not allow so much
 */
export async function checkToken(
  token: string,
  scope: Scope,
  find: FindToken,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<string> {
  if (token.length > MOST_CHARACTERS || !isBearerToken(token))
    throw new AppError('unauthorized', 'What stands behind Bearer is no token; send one token, in one header.')
  const found = await find(token, ports)
  if (!found) throw new AppError('unauthorized', 'The token is not known: it was never made, or it was revoked.')
  if (found.scopes.includes(scope)) return found.name
  const allowed = found.scopes.map((one) => `"${one}"`).join(' and ')
  throw new AppError(
    'forbidden',
    `The token "${found.name}" allows ${allowed || 'nothing'}; this call needs one that allows "${scope}".`,
  )
}

import { randomBytes } from 'node:crypto'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { createState } from '../state/record.ts'
import { readTokens } from './store.ts'
import { expandScopes, type Scope, type Token, tokenKey } from './token.ts'

const RANDOM_BYTES = 32

type Needed = Pick<Ports, 'objects' | 'newId' | 'now'>

/** A token that nobody can guess: `gw_` and 32 random bytes in base64url. */
export const newToken = (): string => `gw_${randomBytes(RANDOM_BYTES).toString('base64url')}`

/**
 * Makes a token and returns it: nobody can tell it again, as only its hash is kept.
 * @param scope `write` allows `read` too
 * @throws AppError `conflict` when a token has that name
 */
export async function createToken(name: string, scope: Scope, ports: Needed): Promise<string> {
  const token = newToken()
  const refuseOthers = async (): Promise<void> => {
    const others = (await readTokens(ports.objects)).filter(
      (kept) => kept.name === name && kept.key !== tokenKey(token),
    )
    if (others.length === 0) return
    await ports.objects.remove([tokenKey(token)])
    throw new AppError('conflict', `There is a token "${name}" already; revoke it first, or choose another name.`)
  }
  await refuseOthers()
  await keep(token, name, scope, ports)
  // Of two that are made at once, at least the later one sees the other.
  await refuseOthers()
  return token
}

/** Makes this very token, whatever it was before, the one of that name: another that has the name is revoked. */
export async function setToken(token: string, name: string, scope: Scope, ports: Needed): Promise<void> {
  const key = tokenKey(token)
  const gone = (await readTokens(ports.objects)).filter((kept) => kept.name === name || kept.key === key)
  await ports.objects.remove(gone.map((kept) => kept.key))
  await keep(token, name, scope, ports)
}

async function keep(token: string, name: string, scope: Scope, ports: Needed): Promise<void> {
  const value: Token = { name, scopes: expandScopes(scope), createdAt: ports.now().toISOString() }
  await createState(ports, tokenKey(token), value)
}

import { randomBytes } from 'node:crypto'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { createState, removeState } from '../state/record.ts'
import { readTokens } from './store.ts'
import { expandScopes, type Scope, TOKEN, type Token, tokenKey } from './token.ts'

const RANDOM_BYTES = 32

type Needed = Pick<Ports, 'objects' | 'newId' | 'now'>

/** Returns a new random token: `gw_` and 32 random bytes in base64url. */
export const newToken = (): string => `gw_${randomBytes(RANDOM_BYTES).toString('base64url')}`

/**
 * Creates a token and returns it. Only its hash is stored, so it cannot be retrieved again.
 * @param scope `write` includes `read`
 * @throws AppError `conflict` when another token has that name
 */
export async function createToken(name: string, scope: Scope, ports: Needed): Promise<string> {
  const token = newToken()
  const assertNameFree = async (): Promise<void> => {
    const { tokens } = await readTokens(ports.objects)
    const named = tokens.filter((stored) => stored.name === name)
    const own = named.find(({ key }) => key === tokenKey(token))
    if (named.every((stored) => stored === own)) return
    if (own) await removeState(own, own, ports)
    throw new AppError('conflict', `Token "${name}" already exists; revoke it first or choose another name.`)
  }
  await assertNameFree()
  await storeToken(token, name, scope, ports)
  // Of two tokens created at the same time, at least the later one sees the other.
  await assertNameFree()
  return token
}

/**
 * Stores a given token under a name. Revokes another token of that name, and replaces an earlier entry of this token,
 * even one that cannot be read.
 */
export async function setToken(token: string, name: string, scope: Scope, ports: Needed): Promise<void> {
  const key = tokenKey(token)
  const { tokens, unreadable } = await readTokens(ports.objects)
  const replaced = [
    ...tokens.filter((stored) => stored.name === name || stored.key === key),
    ...unreadable.filter((stored) => stored.key === key),
  ]
  for (const stored of replaced) await removeState(stored, stored, ports)
  await storeToken(token, name, scope, ports)
}

async function storeToken(token: string, name: string, scope: Scope, ports: Needed): Promise<void> {
  const value: Token = { name, scopes: expandScopes(scope), createdAt: ports.now().toISOString() }
  await createState({ key: tokenKey(token), type: TOKEN }, value, ports)
}

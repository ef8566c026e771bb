import { AppError } from '../../contracts/errors.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { readTokens } from './store.ts'
import { parseTokenKey } from './token.ts'

/**
 * Revokes a token by its name, or by its hash, which is all that is known of a token that cannot be read. It stops working
 * within a minute, when the caches of running processes expire.
 * @param nameOrHash the hash has 64 hexadecimal digits, more characters than a name may have
 * @throws AppError `not-found`
 */
export async function revokeToken(nameOrHash: string, objects: ObjectStore): Promise<void> {
  const { tokens, unreadable } = await readTokens(objects)
  const named = tokens.filter(({ name }) => name === nameOrHash)
  const hashed = [...tokens, ...unreadable].filter(({ key }) => parseTokenKey(key) === nameOrHash)
  const revoked = [...named, ...hashed]
  if (revoked.length === 0)
    throw new AppError('not-found', `Token "${nameOrHash}" does not exist.${hintAtUnreadable(unreadable.length)}`)
  await objects.remove(revoked.map(({ key }) => ({ key })))
}

/** The token may be one of those whose names cannot be read. */
const hintAtUnreadable = (count: number): string =>
  count === 0 ? '' : ` Tokens that cannot be read: ${count}. The list shows their hashes, by which they can be revoked.`

import { AppError } from '../../contracts/errors.ts'
import { removeState } from '../state/record.ts'
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
  // A token never changes, but one that is set again under its name does.
  for (const stored of revoked) await removeState(stored, stored, { objects })
}

/** The token may be one of those whose names cannot be read. */
const hintAtUnreadable = (count: number): string =>
  count === 0 ? '' : ` Tokens that cannot be read: ${count}. The list shows their hashes, by which they can be revoked.`

import { AppError } from '../../contracts/errors.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { readTokens } from './store.ts'

/**
 * Revokes a token by its name. It stops working within a minute, when the caches of running processes expire.
 * @throws AppError `not-found`
 */
export async function revokeToken(name: string, objects: ObjectStore): Promise<void> {
  const stored = (await readTokens(objects)).filter((token) => token.name === name)
  if (stored.length === 0) throw new AppError('not-found', `Token "${name}" does not exist.`)
  await objects.remove(stored)
}

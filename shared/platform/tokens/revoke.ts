import { AppError } from '../../contracts/errors.ts'
import type { ObjectStore } from '../ports.ts'
import { readTokens } from './store.ts'

/**
 * Forgets the token of that name: within a minute it opens nothing any more.
 * @throws AppError `not-found` when there is none
 */
export async function revokeToken(name: string, objects: ObjectStore): Promise<void> {
  const kept = (await readTokens(objects)).filter((token) => token.name === name)
  if (kept.length === 0) throw new AppError('not-found', `There is no token "${name}".`)
  await objects.remove(kept.map(({ key }) => key))
}

import type { ObjectStore } from '../storage/ports.ts'
import { readTokens } from './store.ts'
import type { Token } from './token.ts'

/** Returns all tokens, sorted by name: scopes and creation time. The tokens themselves are not stored. */
export async function listTokens(objects: ObjectStore): Promise<Token[]> {
  const stored = await readTokens(objects)
  return stored
    .map(({ name, scopes, createdAt }) => ({ name, scopes, createdAt }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

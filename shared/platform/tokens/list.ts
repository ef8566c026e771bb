import type { ObjectStore } from '../ports.ts'
import { readTokens } from './store.ts'
import type { Token } from './token.ts'

/** The tokens that there are, sorted by name: who may do what, since when. */
export async function listTokens(objects: ObjectStore): Promise<Token[]> {
  const kept = await readTokens(objects)
  return kept
    .map(({ name, scopes, createdAt }) => ({ name, scopes, createdAt }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

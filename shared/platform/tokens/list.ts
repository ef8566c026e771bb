import { toStoredProblem } from '../../contracts/stored-problem.ts'
import type { Unreadable } from '../state/corrupt-state.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { readTokens } from './store.ts'
import type { Token } from './token.ts'

/** A token whose object cannot be read: its name is unknown, so its hash stands for it. */
export type UnreadableItem = Unreadable & { readonly name: string }

/**
 * Returns all tokens, sorted by name: scopes and creation time. The tokens themselves are not stored. A token that cannot
 * be read is listed under its hash.
 */
export async function listTokens(objects: ObjectStore): Promise<(Token | UnreadableItem)[]> {
  const { tokens, unreadable } = await readTokens(objects)
  const items = [
    ...tokens.map(({ name, scopes, createdAt }): Token => ({ name, scopes, createdAt })),
    ...unreadable.map(
      ({ hash, error }): UnreadableItem => ({ name: hash, state: 'unreadable', problem: toStoredProblem(error) }),
    ),
  ]
  return items.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

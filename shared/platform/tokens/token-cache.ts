import type { Ports } from '../ports.ts'
import { readState } from '../state/record.ts'
import { Token, tokenKey } from './token.ts'

/** How long a token that was found is taken for good: one that is revoked opens nothing after that. */
const KNOWN_MILLISECONDS = 60_000
const MOST_KNOWN = 1000

export type FindToken = (token: string, ports: Pick<Ports, 'objects' | 'now'>) => Promise<Token | undefined>

/**
 * Looks tokens up, and remembers those found for a minute, 1,000 at most. What is not there is asked for each time: a
 * token works as soon as it is made.
 */
export function tokenCache(): FindToken {
  const known = new Map<string, { readonly token: Token; readonly since: number }>()

  return async (token, { objects, now }) => {
    const key = tokenKey(token)
    const remembered = known.get(key)
    const age = now().getTime() - (remembered?.since ?? 0)
    if (remembered && age >= 0 && age < KNOWN_MILLISECONDS) return remembered.token
    known.delete(key)
    const since = now().getTime()
    const state = await readState(objects, key, Token)
    if (!state) return undefined
    const [oldest] = known.keys()
    if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest)
    known.set(key, { token: state.value, since })
    return state.value
  }
}

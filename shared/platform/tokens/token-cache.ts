import type { Ports } from '../ports.ts'
import { readState } from '../state/record.ts'
import { TOKEN, type Token, tokenKey } from './token.ts'

/** A revoked token keeps working for at most this long. */
export const MAX_AGE_MILLISECONDS = 60_000
const MAX_TOKENS = 1000

export type FindToken = (token: string, ports: Pick<Ports, 'objects' | 'now'>) => Promise<Token | undefined>

/**
 * Returns a lookup that caches up to 1,000 tokens for a minute. Unknown tokens are not cached, so a new token works at
 * once.
 */
export function tokenCache(): FindToken {
  const cache = new Map<string, { readonly token: Token; readonly since: number }>()

  return async (token, { objects, now }) => {
    const key = tokenKey(token)
    const cached = cache.get(key)
    const age = now().getTime() - (cached?.since ?? 0)
    if (cached && age >= 0 && age < MAX_AGE_MILLISECONDS) return cached.token
    cache.delete(key)
    const since = now().getTime()
    const state = await readState({ key, type: TOKEN }, { objects })
    if (!state) return undefined
    const [oldest] = cache.keys()
    if (cache.size >= MAX_TOKENS && oldest !== undefined) cache.delete(oldest)
    cache.set(key, { token: state.value, since })
    return state.value
  }
}

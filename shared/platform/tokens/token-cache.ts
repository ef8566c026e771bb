import { type FindRecord, recordCache } from '../state/record-cache.ts'
import { TOKEN, type Token, tokenKey } from './token.ts'

export type FindToken = FindRecord<Token>

/** Returns a lookup of tokens: a revoked token keeps working for at most a minute. */
export const tokenCache = (): FindToken => recordCache((token) => ({ key: tokenKey(token), type: TOKEN }))

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { ResourceName } from '../../contracts/resource-name.ts'

/** What a token may allow: to look, or to change something too. */
export const SCOPES = ['read', 'write'] as const
export type Scope = (typeof SCOPES)[number]

/** What a token is called, in the list of tokens and in log lines. */
export const TokenName = ResourceName

/** A token as it is kept: all but the token itself. */
export const Token = z.object({ name: TokenName, scopes: z.array(z.enum(SCOPES)), createdAt: z.string() })
export type Token = z.infer<typeof Token>

/** Where tokens are kept; outside of the data prefix, so that the labeling service's role never sees them. */
export const TOKEN_FOLDER = 'system/tokens/'

/**
 * Where a token is kept: under its SHA-256. What is looked up is the hash, which a caller cannot steer towards that of
 * another token, so how long the lookup takes tells nothing about tokens that there are.
 */
export const tokenKey = (token: string): string =>
  `${TOKEN_FOLDER}${createHash('sha256').update(token, 'utf8').digest('hex')}.json`

/** The `b64token` of RFC 6750: what can stand behind `Bearer `. */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9._~+/-]+=*$/.test(text)

/** Who may change something may look at it too. */
export const expandScopes = (scope: Scope): Scope[] => (scope === 'write' ? ['read', 'write'] : ['read'])

import { createHash } from 'node:crypto'
import * as z from 'zod'
import { ResourceName } from '../../contracts/resource-name.ts'
import { recordType } from '../state/record-type.ts'
import { storedEnum, storedObject } from '../state/stored-schema.ts'

/** The scopes of tokens. */
export const SCOPES = ['read', 'write'] as const
export type Scope = (typeof SCOPES)[number]

/** What an endpoint asks for: the scope of a token, or `label`, the session of a worker. No token has the latter. */
export type EndpointScope = Scope | 'label'

/** Sessions begin with it, so that a token is not taken for one. */
export const SESSION_PREFIX = 'gws_'

/** A token's name, shown in the list of tokens and in log lines. */
export const TokenName = ResourceName

/** `system/tokens/<sha256>.json`: everything about a token but the token itself. */
const Token = storedObject({ name: z.string(), scopes: z.array(storedEnum(SCOPES)), createdAt: z.string() })
export type Token = z.infer<typeof Token>

export const TOKEN = recordType('a token', Token)

/** Outside of the data prefix, so that the role of the labeling service cannot read it. */
export const TOKEN_FOLDER = 'system/tokens/'

/**
 * Returns the object key of a token: its SHA-256. Looking up the hash instead of comparing tokens keeps the lookup time
 * from revealing anything about existing tokens. Pure.
 */
export const tokenKey = (token: string): string =>
  `${TOKEN_FOLDER}${createHash('sha256').update(token, 'utf8').digest('hex')}.json`

/** Returns the hash that a token's object is named by; undefined for any other object. Pure. */
export const parseTokenKey = (key: string): string | undefined =>
  key.startsWith(TOKEN_FOLDER) ? /^([0-9a-f]{64})\.json$/.exec(key.slice(TOKEN_FOLDER.length))?.[1] : undefined

/** Whether text has the `b64token` syntax of RFC 6750. Pure. @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
export const isBearerToken = (text: string): boolean => /^[A-Za-z0-9._~+/-]+=*$/.test(text)

/** Returns the scopes that a scope includes: `write` includes `read`. Pure. */
export const expandScopes = (scope: Scope): Scope[] => (scope === 'write' ? ['read', 'write'] : ['read'])

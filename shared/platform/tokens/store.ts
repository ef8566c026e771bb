import { CorruptStateError, readOrCorrupt } from '../state/corrupt-state.ts'
import { readState } from '../state/record.ts'
import { listingPages } from '../storage/listing-pages.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { parseTokenKey, TOKEN, TOKEN_FOLDER, type Token } from './token.ts'

/** A stored token and its object key. */
export interface StoredToken extends Token {
  readonly key: string
  readonly etag: string
}

/** A token whose object cannot be read. Only its hash is known. */
export interface UnreadableToken {
  readonly key: string
  readonly etag: string
  readonly hash: string
  readonly error: CorruptStateError
}

export interface StoredTokens {
  readonly tokens: readonly StoredToken[]
  readonly unreadable: readonly UnreadableToken[]
}

/** Returns all tokens, in no particular order. Objects that are not named by a hash are no tokens. */
export async function readTokens(objects: ObjectStore): Promise<StoredTokens> {
  const tokens: StoredToken[] = []
  const unreadable: UnreadableToken[] = []
  const read = async (key: string): Promise<void> => {
    const hash = parseTokenKey(key)
    if (hash === undefined) return
    const found = await readOrCorrupt(readState({ key, type: TOKEN }, { objects }))
    if (found instanceof CorruptStateError) unreadable.push({ key, etag: found.etag ?? '', hash, error: found })
    else if (found) tokens.push({ ...found.value, key, etag: found.etag })
  }
  for await (const page of listingPages({ objects }, TOKEN_FOLDER))
    await Promise.all(page.objects.map(({ key }) => read(key)))
  return { tokens, unreadable }
}

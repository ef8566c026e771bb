import { readState } from '../state/record.ts'
import { listingPages } from '../storage/listing-pages.ts'
import type { ObjectStore } from '../storage/ports.ts'
import { TOKEN, TOKEN_FOLDER, type Token } from './token.ts'

/** A stored token and its object key. */
export interface StoredToken extends Token {
  readonly key: string
}

/** Returns all tokens, in no particular order. */
export async function readTokens(objects: ObjectStore): Promise<StoredToken[]> {
  const tokens: StoredToken[] = []
  for await (const page of listingPages({ objects }, TOKEN_FOLDER)) {
    const found = await Promise.all(
      page.objects.map(async ({ key }) => ({ key, state: await readState({ key, type: TOKEN }, { objects }) })),
    )
    for (const { key, state } of found) if (state) tokens.push({ ...state.value, key })
  }
  return tokens
}

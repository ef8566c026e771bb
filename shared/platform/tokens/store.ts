import type { ObjectStore } from '../ports.ts'
import { readState } from '../state/record.ts'
import { TOKEN_FOLDER, Token } from './token.ts'

/** A token as it is kept, with its key. */
export interface StoredToken extends Token {
  readonly key: string
}

/** Every token there is, in no order that means anything. */
export async function readTokens(objects: ObjectStore): Promise<StoredToken[]> {
  const kept: StoredToken[] = []
  let after = ''
  for (;;) {
    const page = await objects.list(TOKEN_FOLDER, { after })
    const found = await Promise.all(
      page.objects.map(async ({ key }) => ({ key, state: await readState(objects, key, Token) })),
    )
    for (const { key, state } of found) if (state) kept.push({ ...state.value, key })
    if (page.next === undefined) return kept
    after = page.next
  }
}

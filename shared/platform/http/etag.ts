import { createHash } from 'node:crypto'

/** The ETag of what an answer says. */
export const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`

import { createHmac } from 'node:crypto'
import { SECRET_PREFIX } from './secret.ts'

/**
 * Returns the header `webhook-signature`: one signature for each secret, so that a receiver may verify with any of
 * them. Pure.
 * @param secrets at least one
 * @param seconds the header `webhook-timestamp`: when the request is sent, in seconds since 1970
 * @throws RangeError without a secret: an empty header would look like a signed request
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatures(secrets: readonly string[], id: string, seconds: number, body: string): string {
  if (secrets.length === 0) throw new RangeError('A delivery must be signed with at least one secret')
  return secrets.map((secret) => `v1,${signature(secret, `${id}.${seconds}.${body}`)}`).join(' ')
}

const signature = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'))
    .update(content)
    .digest('base64')

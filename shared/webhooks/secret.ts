import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** Returns a new random secret in the format of Standard Webhooks: `whsec_` and base64. */
export const newSecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`

/**
 * Returns the header `webhook-signature`: one signature for each secret, so that a receiver may verify with any of
 * them. Pure.
 * @param seconds the header `webhook-timestamp`: when the request is sent, in seconds since 1970
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signatures = (secrets: readonly string[], id: string, seconds: number, body: string): string =>
  secrets.map((secret) => `v1,${signature(secret, `${id}.${seconds}.${body}`)}`).join(' ')

const signature = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(content)
    .digest('base64')

import { randomBytes } from 'node:crypto'

/** Prefix of a secret in the format of Standard Webhooks. */
export const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** Returns a new random secret in the format of Standard Webhooks: `whsec_` and base64. */
export const newSecret = (): string => `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`

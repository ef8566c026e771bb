import { createHmac, timingSafeEqual } from 'node:crypto'
import type * as z from 'zod'

/**
 * Signs a value that a client is to bring back unchanged: `<JSON in base64url>.<HMAC-SHA256 in base64url>`. Clients can
 * read it. Pure.
 * @param purpose what it is for: a text that was signed for another purpose is refused, though the key is the same
 */
export function signText(value: object, purpose: string, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')
  return `${payload}.${computeMac(payload, purpose, key)}`
}

/**
 * Returns the value of a signed text; `undefined` for any other text, and for a value that another version of this code
 * signed and the schema does not accept. Pure.
 */
export function verifyText<Value>(
  text: string,
  purpose: string,
  key: Buffer,
  schema: z.ZodType<Value>,
): Value | undefined {
  const [payload = '', mac = '', ...rest] = text.split('.')
  if (rest.length > 0 || !isSameText(mac, computeMac(payload, purpose, key))) return undefined
  return schema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).data
}

/** Whether two texts are equal, in a time that says nothing about where they differ. Pure. */
export function isSameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const computeMac = (payload: string, purpose: string, key: Buffer): string =>
  createHmac('sha256', key).update(`${purpose}.${payload}`).digest('base64url')

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { invalidCursor } from '../../contracts/page.ts'
import { CorruptStateError, readOrCorrupt } from '../state/corrupt-state.ts'
import { createState, readState, replaceState } from '../state/record.ts'
import { recordType } from '../state/record-type.ts'
import { storedObject } from '../state/stored-schema.ts'
import type { ObjectStore } from '../storage/ports.ts'
import type { Input } from './endpoint.ts'
import type { Reply } from './reply.ts'
import type { HttpEvent, StackPorts } from './stack.ts'

const KEY = 'system/cursor-key.json'
const KEY_BYTES = 32
/** 128 bits. */
const SEAL_CHARACTERS = 22

/** A shorter key, such as that of an object that was cut, would let anybody sign cursors. */
const CursorKey = storedObject({ key: z.base64url().min(Math.ceil((KEY_BYTES * 4) / 3)) })

const CURSOR_KEY = { key: KEY, type: recordType('the key of cursors', CursorKey) }

type AnyInput = Input<unknown, unknown, unknown>

/**
 * Signs the cursors in replies and verifies those in requests, so that a use case only sees positions that it returned
 * itself, for the same path and the same query (`limit` may change). The signing key is created with the first cursor
 * and read once per process. A key that cannot be read is replaced, which makes earlier cursors invalid.
 */
export function sealedCursors() {
  let cachedKey: Buffer | undefined
  const findKey = async (objects: ObjectStore): Promise<Buffer | CorruptStateError | undefined> => {
    if (cachedKey) return cachedKey
    const state = await readOrCorrupt(readState(CURSOR_KEY, { objects }))
    if (!state || state instanceof CorruptStateError) return state
    cachedKey = Buffer.from(state.value.key, 'base64url')
    return cachedKey
  }
  const findOrCreateKey = async (ports: StackPorts): Promise<Buffer> => {
    const existing = await findKey(ports.objects)
    if (Buffer.isBuffer(existing)) return existing
    const value = { key: randomBytes(KEY_BYTES).toString('base64url') }
    await (existing?.etag === undefined
      ? createState(CURSOR_KEY, value, ports)
      : replaceState(CURSOR_KEY, { etag: existing.etag }, value, ports))
    // Another process may have written the key first, so it is read back.
    const written = await findKey(ports.objects)
    if (!Buffer.isBuffer(written)) throw new Error(`${KEY} was written, but cannot be read`)
    return written
  }

  /**
   * Replaces the cursor of an input by the position that it stands for.
   * @throws AppError `invalid-request` when the cursor was not issued for this list
   */
  const open = async (input: AnyInput, event: HttpEvent, { objects }: StackPorts): Promise<AnyInput> => {
    if (!hasCursor(input.query)) return input
    const [position = '', seal = ''] = input.query.cursor.split('.')
    const key = await findKey(objects)
    if (
      !Buffer.isBuffer(key) ||
      input.query.cursor !== `${position}.${seal}` ||
      !isSameSeal(seal, computeSeal(position, event, key))
    )
      throw invalidCursor()
    return { ...input, query: { ...input.query, cursor: position } }
  }

  const seal = async (reply: Reply, event: HttpEvent, ports: StackPorts): Promise<Reply> => {
    if (!hasNext(reply.body)) return reply
    const { nextCursor } = reply.body
    const sealed = `${nextCursor}.${computeSeal(nextCursor, event, await findOrCreateKey(ports))}`
    return { ...reply, body: { ...reply.body, nextCursor: sealed } }
  }

  return { open, seal }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const hasCursor = (query: unknown): query is { cursor: string } =>
  isObject(query) && 'cursor' in query && typeof query.cursor === 'string'
const hasNext = (body: unknown): body is { nextCursor: string } =>
  isObject(body) && 'nextCursor' in body && typeof body.nextCursor === 'string'

/** The HMAC binds a position to its list: the path, and the query without `cursor` and `limit`. */
function computeSeal(position: string, { rawPath, queryStringParameters = {} }: HttpEvent, key: Buffer): string {
  const query = Object.entries(queryStringParameters).filter(([name]) => name !== 'cursor' && name !== 'limit')
  const bound = JSON.stringify([position, rawPath, query.toSorted(([left], [right]) => (left < right ? -1 : 1))])
  return createHmac('sha256', key).update(bound).digest('base64url').slice(0, SEAL_CHARACTERS)
}

function isSameSeal(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

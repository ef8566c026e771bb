import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { invalidCursor } from '../../contracts/page.ts'
import { createState, readState } from '../state/record.ts'
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

const CURSOR_KEY = { key: KEY, type: recordType('the key of cursors', storedObject({ key: z.base64url() })) }

type AnyInput = Input<unknown, unknown, unknown>

/**
 * Signs the cursors in replies and verifies those in requests, so that a use case only sees positions that it returned
 * itself, for the same path and the same query (`limit` may change). The signing key is created with the first cursor
 * and read once per process.
 */
export function sealedCursors() {
  let cachedKey: Buffer | undefined
  const findKey = async (objects: ObjectStore): Promise<Buffer | undefined> => {
    const state = cachedKey ? undefined : await readState(CURSOR_KEY, { objects })
    if (state) cachedKey = Buffer.from(state.value.key, 'base64url')
    return cachedKey
  }
  const findOrCreateKey = async (ports: StackPorts): Promise<Buffer> => {
    const existing = await findKey(ports.objects)
    if (existing) return existing
    await createState(CURSOR_KEY, { key: randomBytes(KEY_BYTES).toString('base64url') }, ports)
    // Another process may have created the key first, so it is read back.
    const created = await findKey(ports.objects)
    if (!created) throw new Error(`${KEY} was created, but cannot be found`)
    return created
  }

  /**
   * Replaces the cursor of an input by the position that it stands for.
   * @throws AppError `invalid-request` when the cursor was not issued for this list
   */
  const open = async (input: AnyInput, event: HttpEvent, { objects }: StackPorts): Promise<AnyInput> => {
    if (!hasCursor(input.query)) return input
    const [position = '', seal = ''] = input.query.cursor.split('.')
    const key = await findKey(objects)
    if (!key || input.query.cursor !== `${position}.${seal}` || !isSameSeal(seal, computeSeal(position, event, key)))
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

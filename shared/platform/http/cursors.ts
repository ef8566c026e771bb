import { createHmac } from 'node:crypto'
import { invalidCursor } from '../../contracts/page.ts'
import { isSameText } from '../tokens/signed-text.ts'
import { signingKey } from '../tokens/signing-key.ts'
import type { Input } from './endpoint.ts'
import type { Reply } from './reply.ts'
import type { HttpEvent, StackPorts } from './stack.ts'

/** 128 bits. */
const SEAL_CHARACTERS = 22

type AnyInput = Input<unknown, unknown, unknown>

/**
 * Signs the cursors in replies and verifies those in requests, so that a use case only sees positions that it returned
 * itself, for the same path and the same query (`limit` may change). The signing key is created with the first cursor
 * and read once per process. A key that cannot be read is replaced, which makes earlier cursors invalid.
 */
export function sealedCursors() {
  const cursorKey = signingKey('system/cursor-key.json', 'the key of cursors')

  /**
   * Replaces the cursor of an input by the position that it stands for.
   * @throws AppError `invalid-request` when the cursor was not issued for this list
   */
  const open = async (input: AnyInput, event: HttpEvent, ports: StackPorts): Promise<AnyInput> => {
    if (!hasCursor(input.query)) return input
    const [position = '', seal = ''] = input.query.cursor.split('.')
    const key = await cursorKey.find(ports)
    if (!key || input.query.cursor !== `${position}.${seal}` || !isSameText(seal, computeSeal(position, event, key)))
      throw invalidCursor()
    return { ...input, query: { ...input.query, cursor: position } }
  }

  const seal = async (reply: Reply, event: HttpEvent, ports: StackPorts): Promise<Reply> => {
    if (!hasNext(reply.body)) return reply
    const { nextCursor } = reply.body
    const sealed = `${nextCursor}.${computeSeal(nextCursor, event, await cursorKey.findOrCreate(ports))}`
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

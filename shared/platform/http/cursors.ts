import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { invalidCursor } from '../../contracts/page.ts'
import type { ObjectStore } from '../ports.ts'
import { createState, readState } from '../state/record.ts'
import type { Input } from './endpoint.ts'
import type { Reply } from './reply.ts'
import type { HttpEvent, StackPorts } from './stack.ts'

const KEY = 'system/cursor-key.json'
const KEY_BYTES = 32
/** 128 bits. */
const SEAL_CHARACTERS = 22

const CursorKey = z.object({ key: z.base64url() })

type AnyInput = Input<unknown, unknown, unknown>

/**
 * Seals the cursors that a list gives out, and opens those that come back, so that use-cases see only positions that
 * they gave themselves, to a question that is the same but for its limit. The key is made with the first cursor, and
 * read once.
 */
export function sealedCursors() {
  let held: Buffer | undefined
  const knownKey = async (objects: ObjectStore): Promise<Buffer | undefined> => {
    const state = held ? undefined : await readState(objects, KEY, CursorKey)
    if (state) held = Buffer.from(state.value.key, 'base64url')
    return held
  }
  const anyKey = async (ports: StackPorts): Promise<Buffer> => {
    const known = await knownKey(ports.objects)
    if (known) return known
    await createState(ports, KEY, { key: randomBytes(KEY_BYTES).toString('base64url') })
    const made = await knownKey(ports.objects)
    if (!made) throw new Error(`${KEY} was just made and is not there`)
    return made
  }

  /** The input with the position that its cursor stands for. @throws AppError `invalid-request` for one of another list, or of none */
  const open = async (input: AnyInput, event: HttpEvent, { objects }: StackPorts): Promise<AnyInput> => {
    if (!hasCursor(input.query)) return input
    const [position = '', given = ''] = input.query.cursor.split('.')
    const key = await knownKey(objects)
    if (!key || input.query.cursor !== `${position}.${given}` || !isSame(given, sealOf(position, event, key)))
      throw invalidCursor()
    return { ...input, query: { ...input.query, cursor: position } }
  }

  const seal = async (reply: Reply, event: HttpEvent, ports: StackPorts): Promise<Reply> => {
    if (!hasNext(reply.body)) return reply
    const { nextCursor } = reply.body
    const sealed = `${nextCursor}.${sealOf(nextCursor, event, await anyKey(ports))}`
    return { ...reply, body: { ...reply.body, nextCursor: sealed } }
  }

  return { open, seal }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const hasCursor = (query: unknown): query is { cursor: string } =>
  isObject(query) && 'cursor' in query && typeof query.cursor === 'string'
const hasNext = (body: unknown): body is { nextCursor: string } =>
  isObject(body) && 'nextCursor' in body && typeof body.nextCursor === 'string'

/** What binds a position to its list: the path, and what else the query asks for. */
function sealOf(position: string, { rawPath, queryStringParameters = {} }: HttpEvent, key: Buffer): string {
  const asked = Object.entries(queryStringParameters).filter(([name]) => name !== 'cursor' && name !== 'limit')
  const bound = JSON.stringify([position, rawPath, asked.toSorted(([left], [right]) => (left < right ? -1 : 1))])
  return createHmac('sha256', key).update(bound).digest('base64url').slice(0, SEAL_CHARACTERS)
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

import * as z from 'zod'
import { AppError } from '../errors.ts'

const MOST_ITEMS = 1000

const Limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, `must be a whole number from 1 to ${MOST_ITEMS}`)
  .transform(Number)

/** The query of every list: how many, and where the last page ended. */
export const PageQuery = z.strictObject({ limit: Limit.default(100), cursor: z.string().max(2048).optional() })

/** The body of every list: a page may hold fewer than asked for; no `nextCursor` is the only end mark. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

/** An opaque cursor that says where the next page begins. */
export const toCursor = (position: string): string => Buffer.from(position, 'utf8').toString('base64url')

/** Where a page begins, as `toCursor` was told; undefined for the first. @throws AppError `invalid-request` */
export function fromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const position = Buffer.from(cursor, 'base64url').toString('utf8')
  if (cursor === '' || toCursor(position) !== cursor) throw badCursor()
  return position
}

/** For a cursor that no page has given. */
export function badCursor(): AppError {
  const fault = { at: 'query.cursor', message: 'must be the nextCursor of the last page, unchanged' }
  return new AppError('invalid-request', `${fault.at}: ${fault.message}.`, [fault])
}

export type PageRequest = z.infer<typeof PageQuery>

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

import * as z from 'zod'
import { AppError } from './errors.ts'

export const MAX_ITEMS = 1000

export const DEFAULT_LIMIT = 100

const Limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, `must be a whole number from 1 to ${MAX_ITEMS}`)
  .transform(Number)
  .default(DEFAULT_LIMIT)
  .meta({
    description: 'Maximum number of items. A page may contain fewer.',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: MAX_ITEMS, default: DEFAULT_LIMIT })
    },
  })

const Cursor = z.string().max(2048).optional().describe('The `nextCursor` of the previous page')

/** Query parameters of all lists. */
export const PageQuery = z.strictObject({ limit: Limit, cursor: Cursor })

/**
 * Creates the schema of a list's response body. Only the absence of `nextCursor` marks the last page.
 * @param fields of a page besides its items and its cursor
 */
export const pageSchema = <Item extends z.ZodType>(item: Item, fields: z.ZodRawShape = {}) =>
  z
    .object({
      items: z.array(item).max(MAX_ITEMS),
      nextCursor: z.string().min(1).optional().describe('Cursor of the next page. Absent on the last page.'),
      ...fields,
    })
    .meta({ id: `${item.meta()?.id}Page`, description: 'A page of a list.' })

/** Encodes a position as a cursor. The HTTP layer signs cursors in responses and verifies them in requests. Pure. */
export const toCursor = (position: string): string => Buffer.from(position, 'utf8').toString('base64url')

/** Decodes a cursor to the position given to `toCursor`; undefined for the first page. Pure. @throws AppError `invalid-request` */
export function fromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const position = Buffer.from(cursor, 'base64url').toString('utf8')
  if (cursor === '' || toCursor(position) !== cursor) throw invalidCursor()
  return position
}

/** Creates the error for a cursor that no page has returned. */
export function invalidCursor(): AppError {
  const issue = { at: 'query.cursor', message: 'must be the nextCursor of the previous page, unchanged' }
  return new AppError('invalid-request', `${issue.at}: ${issue.message}.`, [issue])
}

export type PageRequest = z.infer<typeof PageQuery>

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

/** Limit of a page's items, so that responses stay well below 4 MB. A page ends early when its items are large. */
export const MAX_PAGE_BYTES = 3 << 20

/**
 * Returns the first items, as many as have at most `maxBytes` of JSON together. Takes one more from `items` than it
 * returns, unless all fit. Pure.
 * @param minItems how many are returned of whatever size
 */
export function fitItems<Item>(items: Iterable<Item>, maxBytes: number, minItems = 0): Item[] {
  const fitting: Item[] = []
  let bytes = 0
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item))
    if (bytes > maxBytes && fitting.length >= minItems) break
    fitting.push(item)
  }
  return fitting
}

/** Returns the first items, as many as fit into a page, and at least one. Pure. */
export const fitPage = <Item>(items: Iterable<Item>): Item[] => fitItems(items, MAX_PAGE_BYTES, 1)

/** So many objects can be looked at for one response. */
export const MAX_VERIFIED_ITEMS = 300

/** Returns how many items a page may have: fewer if the object of each is looked at. Pure. */
export const limitPage = ({ limit, verify = false }: { readonly limit: number; readonly verify?: boolean }): number =>
  verify ? Math.min(limit, MAX_VERIFIED_ITEMS) : limit

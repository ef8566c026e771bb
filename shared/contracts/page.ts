import * as z from 'zod'
import { AppError } from './errors.ts'

const MAX_ITEMS = 1000

const DEFAULT_LIMIT = 100

const Limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, `must be a whole number from 1 to ${MAX_ITEMS}`)
  .transform(Number)
  .default(DEFAULT_LIMIT)
  .meta({
    description: 'How many items at most; a page may hold fewer',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: MAX_ITEMS, default: DEFAULT_LIMIT })
    },
  })

const Cursor = z.string().max(2048).describe('The `nextCursor` of the page before')

/** The query of every list: how many, and where the last page ended. */
export const PageQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() })

/** The body of every list: a page may hold fewer than asked for; no `nextCursor` is the only end mark. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z
    .object({
      items: z.array(item),
      nextCursor: z.string().optional().describe('Where the next page begins; there is none at the end'),
    })
    .meta({ id: `${item.meta()?.id}Page`, description: 'A page of a list.' })

/** A cursor that says where the next page begins; the handler stack seals it on its way out, and opens it on its way in. */
export const toCursor = (position: string): string => Buffer.from(position, 'utf8').toString('base64url')

/** Where a page begins, as `toCursor` was told; undefined for the first. @throws AppError `invalid-request` */
export function fromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const position = Buffer.from(cursor, 'base64url').toString('utf8')
  if (cursor === '' || toCursor(position) !== cursor) throw invalidCursor()
  return position
}

/** For a cursor that no page has given. */
export function invalidCursor(): AppError {
  const fault = { at: 'query.cursor', message: 'must be the nextCursor of the last page, unchanged' }
  return new AppError('invalid-request', `${fault.at}: ${fault.message}.`, [fault])
}

export type PageRequest = z.infer<typeof PageQuery>

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

/** Answers stay well under 4 MB: a page ends early where its items are large. */
export const MAX_PAGE_BYTES = 3 << 20

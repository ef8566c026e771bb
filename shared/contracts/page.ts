import * as z from 'zod'
import { AppError } from './errors.ts'

const MOST_ITEMS = 1000

const DEFAULT_ITEMS = 100

const Limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, `must be a whole number from 1 to ${MOST_ITEMS}`)
  .transform(Number)
  .default(DEFAULT_ITEMS)
  .meta({
    description: 'How many items at most; a page may hold fewer',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern
      Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: MOST_ITEMS, default: DEFAULT_ITEMS })
    },
  })

const Cursor = z.string().max(2048).describe('The `nextCursor` of the page before')

/** The query of every list: how many, and where the last page ended. */
export const PageQuery = z.strictObject({ limit: Limit, cursor: Cursor.optional() })

/** The body of every list: a page may hold fewer than asked for; no `nextCursor` is the only end mark. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
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

/** Answers stay well under 4 MB: a page ends early where its items are large. */
export const MOST_PAGE_BYTES = 3 << 20

/** Items read at once; S3 answers thousands of requests a second. */
const ITEMS_IN_FLIGHT = 32

/**
 * Reads a page's items, some at a time, until they have as many bytes as an answer may have. The next page begins behind
 * the last name that this one got to.
 * @param isMore whether there are names behind these
 * @param read gives undefined for a name that stands for nothing
 */
export async function readPage<Item>(
  names: readonly string[],
  isMore: boolean,
  read: (name: string) => Promise<Item | undefined>,
): Promise<Page<Item>> {
  const { items, reached } = await readItems(names, read)
  const last = names[reached - 1]
  const isLastPage = last === undefined || (reached === names.length && !isMore)
  return isLastPage ? { items } : { items, nextCursor: toCursor(last) }
}

/** @returns the items, and how many of the names the page got to */
async function readItems<Item>(
  names: readonly string[],
  read: (name: string) => Promise<Item | undefined>,
): Promise<{ readonly items: readonly Item[]; readonly reached: number }> {
  const items: Item[] = []
  let bytes = 0
  for (let from = 0; from < names.length; from += ITEMS_IN_FLIGHT) {
    const some = await Promise.all(names.slice(from, from + ITEMS_IN_FLIGHT).map(read))
    for (const [index, item] of some.entries()) {
      if (item === undefined) continue
      bytes += Buffer.byteLength(JSON.stringify(item))
      if (bytes > MOST_PAGE_BYTES && items.length > 0) return { items, reached: from + index }
      items.push(item)
    }
  }
  return { items, reached: names.length }
}

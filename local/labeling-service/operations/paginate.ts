import * as z from 'zod'
import { invalid } from '../protocol/errors.ts'

/** Primary sort key and tie-breaker. */
type SortKey = readonly [string | number, string]

interface Order<Item> {
  readonly sortKey: (item: Item) => SortKey
  /** Identifies the order. A token is valid only for the order that it was created in. */
  readonly name: string
  readonly descending: boolean
}

const Token = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()])

/**
 * Returns a page of items. The token holds the sort key of the last item, so items that are added or removed between
 * pages do not shift it.
 * @throws ServiceError `ValidationException` for an invalid token or one of another order
 */
export function paginate<Item>(
  items: readonly Item[],
  order: Order<Item>,
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const { sortKey, descending } = order
  const name = `${order.name} ${descending}`
  const compare = (left: SortKey, right: SortKey) => (descending ? compareKeys(right, left) : compareKeys(left, right))
  const after = NextToken === undefined ? undefined : decodeToken(NextToken, name)
  const left = items
    .filter((item) => after === undefined || compare(sortKey(item), after) > 0)
    .toSorted((a, b) => compare(sortKey(a), sortKey(b)))
  const page = left.slice(0, MaxResults)
  const last = page.at(-1)
  const next = last !== undefined && left.length > page.length ? { NextToken: encodeToken(sortKey(last), name) } : {}
  return { items: page, next }
}

function compareKeys([first, second]: SortKey, [otherFirst, otherSecond]: SortKey): number {
  if (first !== otherFirst) return first < otherFirst ? -1 : 1
  if (second !== otherSecond) return second < otherSecond ? -1 : 1
  return 0
}

const encodeToken = ([first, second]: SortKey, order: string) =>
  Buffer.from(JSON.stringify([order, first, second])).toString('base64url')

function decodeToken(token: string, order: string): SortKey {
  try {
    const [name, first, second] = Token.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
    if (name === order) return [first, second]
  } catch {
    // A token that cannot be decoded is rejected below.
  }
  throw invalid('NextToken', 'must be a token of this listing')
}

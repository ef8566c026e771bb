import * as z from 'zod'
import { invalid } from '../protocol/errors.ts'

/** What a listing is sorted by; the second decides where the first is the same. */
type SortKey = readonly [string | number, string]

interface Order<Item> {
  readonly keyOf: (item: Item) => SortKey
  /** Names the order: a token is good for the one that it was made in. */
  readonly name: string
  readonly descending: boolean
}

const Token = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()])

/**
 * A page of the items. Its token says behind which key the next one begins, so items that come or go meanwhile move
 * nothing.
 * @throws ServiceError `ValidationException` for a token that is not of a listing in this order
 */
export function pageOf<Item>(
  items: readonly Item[],
  order: Order<Item>,
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } } {
  const { keyOf, descending } = order
  const name = `${order.name} ${descending}`
  const compare = (left: SortKey, right: SortKey) => (descending ? compareKeys(right, left) : compareKeys(left, right))
  const after = NextToken === undefined ? undefined : decode(NextToken, name)
  const left = items
    .filter((item) => after === undefined || compare(keyOf(item), after) > 0)
    .toSorted((one, other) => compare(keyOf(one), keyOf(other)))
  const page = left.slice(0, MaxResults)
  const last = page.at(-1)
  const next = last !== undefined && left.length > page.length ? { NextToken: encode(keyOf(last), name) } : {}
  return { items: page, next }
}

function compareKeys([first, second]: SortKey, [otherFirst, otherSecond]: SortKey): number {
  if (first !== otherFirst) return first < otherFirst ? -1 : 1
  if (second !== otherSecond) return second < otherSecond ? -1 : 1
  return 0
}

const encode = ([first, second]: SortKey, order: string) =>
  Buffer.from(JSON.stringify([order, first, second])).toString('base64url')

function decode(token: string, order: string): SortKey {
  try {
    const [name, first, second] = Token.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
    if (name === order) return [first, second]
  } catch {
    // Whatever is wrong with it, it is not one of ours.
  }
  throw invalid('NextToken', 'it is not a token of this listing')
}

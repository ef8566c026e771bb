import { get, withQuery } from './calls.ts'
import { type Client, toApiError } from './client.ts'
import { EMPTY_LIST, hasMore, type ListEvent, type ListPage, type PagedList, reduceList } from './paged-list.ts'

/** A list that loads its pages when it is told to. */
export interface ListLoader<Item> {
  readonly list: PagedList<Item>
  /** Path of the first page, with its query. */
  readonly path: string
  /** Loads the next page, unless there is none or it is being loaded. */
  more(): Promise<void>
  /** Begins again from the first page, with another path. */
  restart(path: string): Promise<void>
}

/**
 * Makes a list whose pages are loaded one after another.
 * @param path of the first page; `cursor` is added for those that follow
 * @param signal ends it
 */
export function makeListLoader<Item>(
  client: Client,
  path: string,
  onChange: () => void,
  signal: AbortSignal,
): ListLoader<Item> {
  let list: PagedList<Item> = EMPTY_LIST
  let from = path
  let request = new AbortController()

  const send = (event: ListEvent<Item>): void => {
    list = reduceList(list, event)
    onChange()
  }
  const load = async (): Promise<void> => {
    const mine = request
    try {
      const { nextCursor } = list
      const separator = from.includes('?') ? '&' : '?'
      const next = nextCursor === undefined ? from : from + separator + withQuery('', { cursor: nextCursor }).slice(1)
      const both = AbortSignal.any([signal, mine.signal])
      const { body } = await client.call<ListPage<Item>>(get(next), { signal: both })
      send({ type: 'loaded', page: body })
    } catch (error) {
      if (!signal.aborted && !mine.signal.aborted) send({ type: 'failed', problem: toApiError(error) })
    }
  }
  return {
    get list() {
      return list
    },
    get path() {
      return from
    },
    more: async () => {
      if (list.isLoading || !hasMore(list)) return
      send({ type: 'started' })
      await load()
    },
    restart: async (other) => {
      request.abort()
      request = new AbortController()
      from = other
      send({ type: 'begun' })
      await load()
    },
  }
}

import { get, withCursor } from './calls.ts'
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
  /** Loads all pages again that are there, such as when links in them have expired; once a minute at most. */
  renew(): Promise<void>
}

const RENEW_MILLISECONDS = 60_000

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
  /** The pages that are there, each with the number of its first item. */
  let loaded: readonly { readonly path: string; readonly first: number }[] = []
  let renewedAt = 0

  const send = (event: ListEvent<Item>): void => {
    list = reduceList(list, event)
    onChange()
  }
  const read = async (page: string): Promise<ListPage<Item>> =>
    (await client.call<ListPage<Item>>(get(page), { signal: AbortSignal.any([signal, request.signal]) })).body
  const load = async (): Promise<void> => {
    const mine = request
    try {
      const { nextCursor } = list
      const next = nextCursor === undefined ? from : withCursor(from, nextCursor)
      loaded = [...loaded, { path: next, first: list.items.length }]
      send({ type: 'loaded', page: await read(next) })
    } catch (error) {
      loaded = loaded.slice(0, -1)
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
      loaded = []
      send({ type: 'begun' })
      await load()
    },
    renew: async () => {
      if (list.isLoading || Date.now() - renewedAt < RENEW_MILLISECONDS) return
      renewedAt = Date.now()
      for (const { path: page, first } of loaded) {
        const renewed = await read(page).catch(() => undefined)
        if (renewed) send({ type: 'renewed', first, items: renewed.items })
      }
    },
  }
}

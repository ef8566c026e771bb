import type { Problem } from './problem.ts'

/** A list that is loaded page by page. */
export interface PagedList<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; undefined on the last one, and before the first. */
  readonly nextCursor: string | undefined
  readonly isLoading: boolean
  /** Whether the first page has arrived. */
  readonly hasBegun: boolean
  readonly problem: Problem | undefined
}

export interface ListPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

export type ListEvent<Item> =
  | { readonly type: 'begun' | 'started' }
  | { readonly type: 'loaded'; readonly page: ListPage<Item> }
  /** A page that was there already, again: its items take the places of those from `first` on. */
  | { readonly type: 'renewed'; readonly first: number; readonly items: readonly Item[] }
  | { readonly type: 'failed'; readonly problem: Problem }

/** A list of which nothing is known yet. */
export const EMPTY_LIST: PagedList<never> = {
  items: [],
  nextCursor: undefined,
  isLoading: false,
  hasBegun: false,
  problem: undefined,
}

/** Returns a list after an event; `begun` empties it, as for another search. Pure. */
export function reduceList<Item>(list: PagedList<Item>, event: ListEvent<Item>): PagedList<Item> {
  switch (event.type) {
    case 'begun':
      return { ...EMPTY_LIST, isLoading: true }
    case 'started':
      return { ...list, isLoading: true, problem: undefined }
    case 'loaded':
      return {
        items: [...list.items, ...event.page.items],
        nextCursor: event.page.nextCursor,
        isLoading: false,
        hasBegun: true,
        problem: undefined,
      }
    case 'renewed':
      return { ...list, items: list.items.toSpliced(event.first, event.items.length, ...event.items) }
    case 'failed':
      return { ...list, isLoading: false, problem: event.problem }
  }
}

/** Whether a list has more items than are loaded. Pure. */
export const hasMore = ({ hasBegun, nextCursor }: PagedList<unknown>): boolean => !hasBegun || nextCursor !== undefined

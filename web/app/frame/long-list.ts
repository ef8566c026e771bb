import { html, nothing, type TemplateResult } from 'lit-html'
import { withCursor } from './calls.ts'
import { problemNotice } from './elements.ts'
import type { ListLoader } from './list-loader.ts'
import type { Live } from './live.ts'
import type { PageContext } from './page.ts'
import type { ListPage } from './paged-list.ts'

/** A list whose first page is kept up to date, and whose other pages are loaded when somebody asks for them. */
export interface LongList<Item> {
  readonly first: Live<ListPage<Item>>
  items(): readonly Item[]
  /** The button that loads more; nothing on the last page. */
  view(): TemplateResult | typeof nothing
}

/**
 * Opens a list.
 * @param path of its first page, with `limit`
 * @param isBusy whether something goes on in an item, so that the list is asked for more often
 */
export function openLongList<Item>(
  context: PageContext,
  path: string,
  isBusy: (item: Item) => boolean = () => false,
): LongList<Item> {
  const first = context.watch<ListPage<Item>>(path, { isBusy: ({ items }) => items.some(isBusy) })
  let rest: ListLoader<Item> | undefined
  const loadMore = (cursor: string): void => {
    rest ??= context.list<Item>(withCursor(path, cursor))
    void rest.more()
  }
  return {
    first,
    items: () => [...(first.current.state === 'ready' ? first.current.body.items : []), ...(rest?.list.items ?? [])],
    view: () => {
      if (first.current.state !== 'ready') return nothing
      const { nextCursor } = first.current.body
      const isEnd = rest?.list.hasBegun ? rest.list.nextCursor === undefined : nextCursor === undefined
      if (isEnd) return nothing
      const isLoading = rest?.list.isLoading ?? false
      return html`
        ${rest?.list.problem ? problemNotice(rest.list.problem) : nothing}
        <button class="wide" ?disabled=${isLoading} @click=${() => loadMore(nextCursor ?? '')}>
          ${isLoading ? 'Loading …' : 'Load more'}
        </button>
      `
    },
  }
}

import type { TemplateResult } from 'lit-html'
import type { ApiCall } from './calls.ts'
import type { Client } from './client.ts'
import type { DialogContent, Question } from './dialog-host.ts'
import type { ListLoader } from './list-loader.ts'
import type { Live, WatchOptions } from './live.ts'

/** What a page shows. */
export interface Page {
  /** Heading of the page, and title of the tab. */
  readonly title: string
  /** The calls that it makes, the most important one first. */
  calls(): readonly ApiCall[]
  view(): TemplateResult
}

/** What pages do besides showing something. All of it ends when the page is left. */
export interface PageContext {
  readonly client: Client
  /** Shows the page again, soon. */
  readonly redraw: () => void
  /** Aborted when the page is left. */
  readonly signal: AbortSignal
  /** Keeps a resource up to date as long as the page is there. */
  watch<Body>(path: string, options?: WatchOptions<Body>): Live<Body>
  list<Item>(path: string): ListLoader<Item>
  /** Goes to the address of another page. */
  go(address: string): void
  /** Tells people who do not see the page what has changed. */
  announce(text: string): void
  /** Asks before something that costs or deletes. */
  ask(question: Question): Promise<boolean>
  show(content: DialogContent): void
  closeDialog(): void
}

/** Opens a page. */
export type OpenPage = (context: PageContext) => Page

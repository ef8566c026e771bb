import type { ActiveTime } from '../work/active-time.ts'
import type { ImageLoader } from '../work/images.ts'
import type { LabelApi } from '../work/label-api.ts'
import type { TabRight } from '../work/one-tab.ts'
import type { Outbox } from '../work/outbox.ts'
import type { Draft } from '../work/start-task.ts'
import type { WorkStore } from '../work/store.ts'
import { type PageState, START } from './state.ts'

/** What the flows of the page work with: its state, and what is outside of it. */
export interface Context {
  state: PageState
  change(changes: Partial<PageState>): void
  readonly store: WorkStore
  readonly images: ImageLoader
  /** Set once somebody has signed in. */
  api: LabelApi | undefined
  /** Those of the job that is open. */
  outbox: Outbox | undefined
  right: TabRight | undefined
  /** What is drawn and not answered in the block, by line. They are read before, so that the next image is there at once. */
  drafts: Map<number, Draft>
  activeTime: ActiveTime
  /** When the worker has finished the image before, by `performance.now()`; undefined once the next one is shown. */
  swapStart: number | undefined
  /** How long each image of the block took to be shown, in milliseconds. */
  swaps: number[]
  timer: ReturnType<typeof setTimeout> | undefined
}

/** @param onChange called after each change, to show it */
export function createContext(store: WorkStore, images: ImageLoader, onChange: () => void): Context {
  const context: Context = {
    state: START,
    change: (changes) => {
      context.state = { ...context.state, ...changes }
      onChange()
    },
    store,
    images,
    api: undefined,
    outbox: undefined,
    right: undefined,
    drafts: new Map(),
    activeTime: { total: 0, lastAt: 0 },
    swapStart: undefined,
    swaps: [],
    timer: undefined,
  }
  return context
}

/** Returns the text of an error for the worker. */
export const toText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

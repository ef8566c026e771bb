import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'

/** The text of a search for classes, and what was found. */
export interface PickerState {
  readonly search: string
  readonly found: readonly ClassSummary[]
  /** Index of the suggestion that Enter takes. */
  readonly active: number
}

export type PickerEvent =
  | { readonly type: 'typed'; readonly search: string }
  | { readonly type: 'found'; readonly search: string; readonly found: readonly ClassSummary[] }
  | { readonly type: 'moved'; readonly by: 1 | -1 }
  | { readonly type: 'closed' | 'left' }

/** Nothing is searched for. */
export const IDLE_PICKER: PickerState = { search: '', found: [], active: 0 }

/** Returns the search after an event. Pure. */
export function reducePicker(state: PickerState, event: PickerEvent): PickerState {
  switch (event.type) {
    case 'typed':
      return event.search.trim() === '' ? { ...IDLE_PICKER, search: event.search } : { ...state, search: event.search }
    case 'found':
      // The answer to an earlier text.
      if (event.search !== state.search.trim()) return state
      // Those with images are what one looks for.
      return { ...state, active: 0, found: event.found.toSorted((one, other) => other.imageCount - one.imageCount) }
    case 'moved': {
      const count = state.found.length
      return count === 0 ? state : { ...state, active: (state.active + event.by + count) % count }
    }
    case 'closed':
      return IDLE_PICKER
    case 'left':
      return { ...state, found: [], active: 0 }
  }
}

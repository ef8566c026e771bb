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

const SUGGESTIONS = 12

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
      return { ...state, active: 0, found: inOrder(event.found, event.search).slice(0, SUGGESTIONS) }
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

/** The class of that name first; then those with images, and of these what begins with the text, and what has most. */
function inOrder(found: readonly ClassSummary[], search: string): ClassSummary[] {
  const wanted = search.trim().toLowerCase()
  const toRank = ({ className, imageCount }: ClassSummary): readonly number[] => {
    const name = className.toLowerCase()
    return [
      name === wanted ? 0 : 1,
      imageCount > 0 ? 0 : 1,
      name.startsWith(wanted) ? 0 : name.includes(` ${wanted}`) ? 1 : 2,
      -imageCount,
    ]
  }
  const ranked = found.map((one) => ({ one, rank: toRank(one) }))
  return ranked.toSorted((a, b) => compare(a.rank, b.rank)).map(({ one }) => one)
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

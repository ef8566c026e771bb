import type { Problem } from './problem.ts'

/** A resource that is asked for again and again. */
export type LiveState<Body> =
  | { readonly state: 'loading' }
  /** `trouble`: the latest request failed; `body` is the last one that is known. */
  | { readonly state: 'ready'; readonly body: Body; readonly trouble?: Problem }
  | { readonly state: 'failed'; readonly problem: Problem }

export type LiveEvent<Body> =
  | { readonly type: 'received'; readonly body: Body }
  | { readonly type: 'confirmed' }
  | { readonly type: 'failed'; readonly problem: Problem; readonly isRetryable: boolean }

/**
 * Returns what is known of a resource after one more answer. What was there stays while the server fails, and goes when
 * the resource is refused: it may have been deleted. Pure.
 */
export function reduceLive<Body>(state: LiveState<Body>, event: LiveEvent<Body>): LiveState<Body> {
  switch (event.type) {
    case 'received':
      return { state: 'ready', body: event.body }
    case 'confirmed':
      return state.state === 'ready' ? { state: 'ready', body: state.body } : state
    case 'failed':
      if (event.isRetryable && state.state === 'ready') return { ...state, trouble: event.problem }
      return { state: 'failed', problem: event.problem }
  }
}

/** The state of a page, which changes by events only. */
export interface Store<State, Event> {
  readonly state: State
  send(event: Event): void
}

/**
 * Makes a store.
 * @param reduce a pure function: what follows from an event
 * @param onChange is called after each event that has changed something
 */
export function makeStore<State, Event>(
  reduce: (state: State, event: Event) => State,
  initial: State,
  onChange: (state: State, event: Event) => void,
): Store<State, Event> {
  let state = initial
  return {
    get state() {
      return state
    },
    send: (event) => {
      const next = reduce(state, event)
      if (next === state) return
      state = next
      onChange(state, event)
    },
  }
}

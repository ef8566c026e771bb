import { setTimeout as sleep } from 'node:timers/promises'

/** How time passes for simulated people. */
export interface PeopleClock {
  /** Milliseconds since 1970. People only measure how long something takes. */
  now(): number
  /** Waits as long as the server says. */
  wait(seconds: number): Promise<void>
  /** Passes the time that a person takes for something. */
  act(seconds: number): Promise<void>
  /** Does several things at the same time, and returns when all of them are done. */
  together<Result>(actions: readonly (() => Promise<Result>)[]): Promise<Result[]>
}

/**
 * Creates a clock that follows real time.
 * @param speed how much faster than people they work; they never wait less than the server says
 * @param signal ends every wait with an error
 */
export const realClock = (speed = 1, signal?: AbortSignal): PeopleClock => {
  const pass = async (seconds: number): Promise<void> => {
    // A timer may fire a millisecond early.
    await sleep(1 + Math.ceil(1000 * seconds), undefined, { ...(signal && { signal }) })
  }
  return {
    now: Date.now,
    wait: pass,
    act: (seconds) => pass(seconds / speed),
    together: (actions) => Promise.all(actions.map((act) => act())),
  }
}

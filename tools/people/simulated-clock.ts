import { minHeap } from '../../shared/platform/min-heap.ts'
import type { PeopleClock } from './clock.ts'

interface Sleeper {
  readonly at: number
  wake(): void
}

/**
 * Creates a clock whose time passes only when everybody sleeps: then it jumps to when the first one wakes up. People and
 * what they call follow the same clock, so that a week of work takes as long as its calls. All that wait for anything else
 * than this clock must do so within {@link PeopleClock.together}.
 * @param start milliseconds since 1970
 * @param onAdvance is told the new time before anybody wakes up
 * @param tick people wake up at multiples of so many milliseconds, so that some of them act at the same time
 */
export function simulatedClock(start: number, onAdvance: (now: Date) => void, tick = 1000): PeopleClock {
  const sleepers = minHeap<Sleeper>((one, other) => one.at < other.at)
  let now = start
  /** Actors that are not asleep. */
  let awake = 0

  const advanceIfAllSleep = (): void => {
    if (awake > 0 || !sleepers.first) return
    now = sleepers.first.at
    onAdvance(new Date(now))
    for (let next = sleepers.first; next?.at === now; next = sleepers.first) {
      sleepers.pop()
      awake += 1
      next.wake()
    }
  }
  const fallAsleep = (): void => {
    awake -= 1
    advanceIfAllSleep()
  }
  const pass = (seconds: number): Promise<void> =>
    new Promise((wake) => {
      const at = tick * Math.ceil((now + 1000 * seconds) / tick)
      sleepers.push({ at: Math.max(at, now + tick), wake })
      fallAsleep()
    })

  return {
    now: () => now,
    wait: pass,
    act: pass,
    together: async (actions) => {
      // The caller sleeps meanwhile, unless it is the one who started all.
      const isNested = awake > 0
      awake += actions.length - (isNested ? 1 : 0)
      try {
        return await Promise.all(actions.map((act) => act().finally(fallAsleep)))
      } finally {
        if (isNested) awake += 1
      }
    },
  }
}

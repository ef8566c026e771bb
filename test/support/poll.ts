import { setTimeout as wait } from 'node:timers/promises'

/** Time for tests and hooks that start a process or a stack: enough on a loaded machine. */
export const STACK_TIMEOUT_MS = 180_000

/** A poll ends somewhat before the test that waits for it, to say what it saw last. */
const POLL_TIMEOUT_MS = 150_000

/**
 * Calls `look` every 20 ms until what it returns is accepted, and returns that.
 *
 * @param describe what to say of the last value when the time is up
 * @throws Error when nothing is accepted within 150 seconds
 */
export async function pollUntil<Value>(
  look: () => Promise<Value> | Value,
  accepts: (value: Value) => boolean,
  describe: (last: Value) => string = (last) => String(last),
): Promise<Value> {
  const end = Date.now() + POLL_TIMEOUT_MS
  for (;;) {
    const value = await look()
    if (accepts(value)) return value
    if (Date.now() > end) throw new Error(`Not reached within ${POLL_TIMEOUT_MS / 1000} s: ${describe(value)}`)
    await wait(20)
  }
}

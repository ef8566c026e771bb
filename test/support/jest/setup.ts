import { registerHooks } from 'node:module'
import { inspect } from 'node:util'
import { addEventHandler } from 'jest-circus'

/*
 * Runs once in each process of jest-light-runner, which runs many test files in one process, without a module registry
 * of their own. It adds what that runner lacks.
 */

/** The package of that name can be imported in jest's own runner only. The light runner sets the same names globally. */
const GLOBALS = 'export const { describe, it, test, expect, beforeAll, afterAll, beforeEach, afterEach } = globalThis'

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === '@jest/globals'
      ? { url: `data:text/javascript,${encodeURIComponent(GLOBALS)}`, shortCircuit: true }
      : nextResolve(specifier, context),
})

/** Set by jest.config.js. */
const TIMEOUT_MILLISECONDS = Number(process.env.TEST_TIMEOUT_MILLISECONDS)

/** Fails the test or the hook that runs now. */
let failCurrent: ((error: unknown) => void) | undefined

/** Returns a test or a hook that fails when it does not end in time, or when an error is left that nobody handles. */
function supervise<Run extends (() => unknown) | undefined>(run: Run, limit: number | null | undefined) {
  const timeout = limit ?? TIMEOUT_MILLISECONDS
  if (!run) return run
  return async (): Promise<unknown> => {
    const { promise, reject } = Promise.withResolvers<never>()
    failCurrent = reject
    const timer = setTimeout(() => reject(new Error(`It did not end within ${timeout} ms`)), timeout)
    try {
      return await Promise.race([run(), promise])
    } catch (error) {
      // The runner reports the stack of an error.
      throw error instanceof Error ? error : new Error(`Thrown: ${inspect(error)}`)
    } finally {
      failCurrent = undefined
      clearTimeout(timer)
    }
  }
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => {
    if (!failCurrent) throw error
    failCurrent(error)
  })

addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  const added = event.name === 'add_test' ? children.at(-1) : event.name === 'add_hook' ? hooks.at(-1) : undefined
  if (added && 'fn' in added) Object.assign(added, { fn: supervise(added.fn as () => unknown, added.timeout) })
})

import { registerHooks } from 'node:module'
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

/** Returns a test or a hook that fails when it does not end in time. */
function withTimeout<Run extends (() => unknown) | undefined>(run: Run, limit: number | null | undefined) {
  const timeout = limit ?? TIMEOUT_MILLISECONDS
  if (!run) return run
  return (): Promise<unknown> => {
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`It did not end within ${timeout} ms`)), timeout)
    return Promise.race([(async () => run())(), promise]).finally(() => clearTimeout(timer))
  }
}

addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  const added = event.name === 'add_test' ? children.at(-1) : event.name === 'add_hook' ? hooks.at(-1) : undefined
  if (added && 'fn' in added) Object.assign(added, { fn: withTimeout(added.fn as () => unknown, added.timeout) })
})

import type { StackAccess } from '../http/running-api.ts'

/** The environment variable that tells the test files how to call the stack which runs for all of them. */
const VARIABLE = 'TEST_STACK'

export function setSharedStack(access: string): void {
  process.env[VARIABLE] = access
}

/**
 * Returns how to call the stack that `start-stack.ts` started.
 * @throws Error when none was started
 */
export function sharedStack(): StackAccess {
  const access = process.env[VARIABLE]
  if (access === undefined) throw new Error('No stack was started before the tests')
  return JSON.parse(access)
}

import { AppError } from '../../contracts/errors.ts'
import { backoff } from './backoff.ts'

/** What an attempt returns when another writer changed the state first: the attempt is repeated on the new state. */
export const CONFLICT = Symbol('conflict')

/** The waits of all attempts add up to about 20 seconds, less than an endpoint may take. */
const MAX_ATTEMPTS = 25

/** The state kept changing under every attempt. Retryable: nothing was written. */
export class ContentionError extends AppError {
  constructor(subject: string) {
    super('upstream-failed', `${subject} kept changing: no write succeeded in ${MAX_ATTEMPTS} attempts.`)
    this.name = 'ContentionError'
  }
}

/**
 * Repeats an optimistic read-decide-write cycle until no other writer interferes. The first retry is immediate, the
 * others wait with exponential backoff.
 *
 * Each attempt must read the state anew, and return {@link CONFLICT} when its conditional write was refused.
 *
 * @param subject what is being written, for the error
 * @param wait pauses before a retry, given how many pauses there were, from 1
 * @throws ContentionError after the last attempt; whatever `attempt` throws
 * @example
 * await retryOnConflict(ref.key, async () => {
 *   const found = await readState(ref, ports)
 *   if (!found) return 'gone'
 *   const next = { ...found.value, count: found.value.count + 1 }
 *   return (await replaceState(ref, found, next, ports)) ? 'counted' : CONFLICT
 * })
 */
export async function retryOnConflict<Result>(
  subject: string,
  attempt: () => Promise<Result | typeof CONFLICT>,
  wait: (attempt: number) => Promise<void> = backoff,
): Promise<Result> {
  for (let number = 1; number <= MAX_ATTEMPTS; number++) {
    const result = await attempt()
    if (result !== CONFLICT) return result
    // A single conflict is over when it is noticed; several in a row mean that many are writing.
    if (number > 1) await wait(number - 1)
  }
  throw new ContentionError(subject)
}

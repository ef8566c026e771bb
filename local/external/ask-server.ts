import { toFailure } from './failure.ts'
import { describeFailure, ServerError } from './server-error.ts'
import type { ExternalServer } from './servers.ts'

/** Clients that ask a named server at the start: they fail soon, as somebody waits for the answer. */
export const SHORT_WAIT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
}

/**
 * Sends requests to a named server.
 * @param what they do, for the message: `list the bucket "groundwork"`
 * @throws ServerError for any failure, with a message of one line
 */
export async function askServer<Result>(
  server: ExternalServer,
  what: string,
  ask: () => Promise<Result>,
): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ServerError) throw error
    throw new ServerError(describeFailure(server, what, toFailure(error)), error)
  }
}

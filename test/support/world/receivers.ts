import { AppError } from '../../../shared/contracts/errors.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { parseOutboundUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import type { Receivers } from '../../../shared/platform/ports.ts'
import { perform } from './call.ts'
import type { World } from './world.ts'

interface ReceiverAnswer {
  readonly status: number
  readonly retryAfter?: string
  /** The target of a redirect. */
  readonly location?: string
  /** Milliseconds until the head is sent, then until the body is; 0 by default. */
  readonly takes?: { readonly head: number; readonly body: number }
}

/**
 * How a receiver treats a request: it answers, closes the connection in the middle of its answer, stays silent, or sends
 * an endless answer, either byte by byte (`drips`) or as fast as it can (`endless`).
 */
export type Behavior = ReceiverAnswer | 'hangs-up' | 'silent' | 'drips' | 'endless'

/** A request as a receiver got it. */
export interface ReceivedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Posts to the receivers of the world. Where there is none, the connection is refused. */
export const memoryReceivers = (world: World, { allowLoopback }: Config): Receivers => ({
  post: async (url, { headers, body, milliseconds }) => {
    parseOutboundUrl(url, allowLoopback)
    const answer = await perform(world, { port: 'receivers', method: 'post', key: url }, () => {
      const behavior = world.receivers.get(url)
      if (behavior === undefined) return new AppError('upstream-failed', 'The connection failed: ECONNREFUSED.')
      world.received.push({ url, headers, body })
      if (behavior === 'hangs-up') return new AppError('upstream-failed', 'The connection failed: aborted.')
      if (behavior === 'silent' || behavior === 'drips') return timeOut(world, milliseconds)
      if (behavior === 'endless') return { status: 200, retryAfter: undefined }
      if (totalMilliseconds(behavior) > milliseconds) return timeOut(world, milliseconds)
      return { status: behavior.status, retryAfter: behavior.retryAfter }
    })
    if (answer instanceof AppError) throw answer
    return answer
  },
})

const totalMilliseconds = ({ takes = { head: 0, body: 0 } }: ReceiverAnswer): number => takes.head + takes.body

function timeOut(world: World, milliseconds: number): AppError {
  world.now = new Date(world.now.getTime() + milliseconds)
  return new AppError('upstream-timeout', 'It did not answer in time.')
}

import { AppError } from '../../../shared/contracts/errors.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { parseOutboundUrl } from '../../../shared/platform/outbound/outbound-url.ts'
import type { Receivers } from '../../../shared/platform/ports.ts'
import { perform, type World } from './world.ts'

interface ReceiverAnswer {
  readonly status: number
  readonly retryAfter?: string
  /** Where a redirect leads. */
  readonly location?: string
  /** For how many milliseconds each is waited for; not at all by default. */
  readonly takes?: { readonly head: number; readonly body: number }
}

/**
 * What a receiver does with a request: it answers, hangs up in the middle of its answer, says nothing, or never comes to an
 * end, byte by byte or as fast as it can.
 */
export type Behaviour = ReceiverAnswer | 'hangs-up' | 'silent' | 'drips' | 'endless'

/** A request as it got to a receiver. */
export interface ReceivedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The receivers of the world; where there is none, nobody listens. */
export const memoryReceivers = (world: World, { allowLoopback }: Config): Receivers => ({
  post: async (url, { headers, body, milliseconds }) => {
    parseOutboundUrl(url, allowLoopback)
    const answer = await perform(world, { port: 'receivers', method: 'post', key: url }, () => {
      const behaviour = world.receivers.get(url)
      if (behaviour === undefined) return new AppError('upstream-failed', 'The connection failed: ECONNREFUSED.')
      world.received.push({ url, headers, body })
      if (behaviour === 'hangs-up') return new AppError('upstream-failed', 'The connection failed: aborted.')
      if (behaviour === 'silent' || behaviour === 'drips') return tooSlow(world, milliseconds)
      if (behaviour === 'endless') return { status: 200, retryAfter: undefined }
      if (timeOf(behaviour) > milliseconds) return tooSlow(world, milliseconds)
      return { status: behaviour.status, retryAfter: behaviour.retryAfter }
    })
    if (answer instanceof AppError) throw answer
    return answer
  },
})

const timeOf = ({ takes = { head: 0, body: 0 } }: ReceiverAnswer): number => takes.head + takes.body

function tooSlow(world: World, milliseconds: number): AppError {
  world.now = new Date(world.now.getTime() + milliseconds)
  return new AppError('upstream-timeout', 'It did not answer in time.')
}

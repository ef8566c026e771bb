import type { QueueName } from '../../../shared/platform/config.ts'
import type { MemoryPorts } from '../world/ports.ts'
import {
  EVENT_QUEUES,
  type Fate,
  type QueuedMessage,
  REDRIVE_POLICIES,
  returnMessages,
  takeMessages,
  WORK_QUEUES,
} from './queues.ts'
import { type QueueMessage, type Workers, workersOn } from './workers.ts'

/** How {@link drain} delivers messages. */
export interface DrainOptions {
  /** The queues to drain; {@link WORK_QUEUES} by default. */
  readonly queues?: readonly QueueName[]
  /** Who consumes the messages; the workers of the system by default. */
  readonly workers?: Workers
  /** Chooses the index of the next message among those that are visible; the oldest by default. */
  readonly pick?: (visible: number, messages: readonly QueuedMessage[]) => number
  /** Delivers the newest visible message first. */
  readonly reversed?: boolean
  /** How often each message is delivered although it succeeds; 1 by default. */
  readonly times?: number
  /** How many messages are delivered concurrently; 1 by default. */
  readonly inFlight?: number
  /** Delivers all visible messages concurrently. */
  readonly atOnce?: boolean
  /** Selects messages that are lost before they are received. */
  readonly lost?: (message: QueueMessage) => boolean
  /** Receives by the worker before a message goes to the dead-letter queue; by default as the queue says. */
  readonly receives?: number
  /** Receives by the dead-letter consumer before a message is lost; by default as the queue says. */
  readonly deadLetterReceives?: number
  /** Decides what happens at each receive, counted from 1, instead of `receives` and `deadLetterReceives`. */
  readonly fate?: (message: QueueMessage, receive: number) => Fate
  /** Selects errors that end the drain at once: they are thrown, and all other messages stay in their queues. */
  readonly rethrow?: (error: unknown) => boolean
  /** Delivers the messages that come back every 15 minutes, too. Without it, they are dropped. */
  readonly withChecks?: boolean
  /** Stops before messages that become visible later, and leaves them in their queues. */
  readonly until?: Date
  /** Called before each delivery. */
  readonly before?: (isDeadLetter: boolean) => void
  /** Called after each delivery, whether it succeeded or failed. */
  readonly after?: () => Promise<void>
}

/** A drain that takes more turns than this never ends. */
const MAX_TURNS = 10_000

/**
 * Delivers the messages of the world's queues until none is left, as SQS would: a message that fails is redelivered
 * after its visibility timeout, then goes to the dead-letter queue. The clock advances to the next message when none is
 * visible.
 *
 * @returns the errors of all failed deliveries, in order
 */
export async function drain(ports: MemoryPorts, options: DrainOptions = {}): Promise<unknown[]> {
  const { queues = WORK_QUEUES, times = 1, lost = () => false, until, withChecks = false } = options
  const { world } = ports
  const errors: unknown[] = []
  const waiting: QueuedMessage[] = []
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const sent = takeMessages(world, queues).filter(
      ({ message }) => !lost(message) && (withChecks || !isCheck(message)),
    )
    waiting.push(...sent.flatMap((one) => Array.from({ length: times }, () => ({ ...one }))))
    const earliest = Math.min(...waiting.map(({ due }) => due))
    if (until && earliest > until.getTime()) returnMessages(world, waiting.splice(0))
    if (waiting.length === 0) return errors
    world.now = new Date(Math.max(world.now.getTime(), earliest))
    const taken = takeVisible(waiting, world.now, options)
    const results = taken.map(async (one) => {
      const failed = await deliver(one, ports, options, errors)
      if (failed) waiting.push(failed)
      await options.after?.()
    })
    await Promise.all(results).catch((error: unknown) => {
      returnMessages(world, waiting.splice(0))
      throw error
    })
  }
  throw new Error(`The queues are not empty after ${MAX_TURNS} turns`, { cause: errors.at(-1) })
}

/** Whether a message comes back by itself. */
const isCheck = (message: QueueMessage): boolean =>
  ('check' in message && message.check !== undefined) || ('retries' in message && message.retries !== undefined)

/** Delivers events to their webhooks: {@link drain} for {@link EVENT_QUEUES}. */
export const drainEvents = (ports: MemoryPorts, options: DrainOptions = {}): Promise<unknown[]> =>
  drain(ports, { queues: EVENT_QUEUES, ...options })

/** Removes the messages to deliver next from those that wait. */
function takeVisible(waiting: QueuedMessage[], now: Date, options: DrainOptions): QueuedMessage[] {
  const { atOnce = false, inFlight = 1, reversed = false } = options
  const pick = options.pick ?? ((count) => (reversed ? count - 1 : 0))
  const visible = waiting.filter(({ due }) => due <= now.getTime())
  const count = atOnce ? visible.length : Math.min(inFlight, visible.length)
  const taken = atOnce
    ? visible
    : Array.from({ length: count }, () => visible.splice(pick(visible.length, visible), 1)).flat()
  for (const one of taken) waiting.splice(waiting.indexOf(one), 1)
  return taken
}

/** Delivers one message. @returns the message to redeliver, if that failed and it is not lost */
async function deliver(
  one: QueuedMessage,
  ports: MemoryPorts,
  options: DrainOptions,
  errors: unknown[],
): Promise<QueuedMessage | undefined> {
  const { workers = workersOn(ports), fate = standardFate(one.queue, options) } = options
  const { message, receive } = one
  const becomes = one.fate ?? fate(message, receive)
  if (becomes === 'lost') return undefined
  options.before?.(becomes === 'dead-letter')
  try {
    await (becomes === 'run' ? workers.run(message) : workers.deadLetter(message))
    return undefined
  } catch (error) {
    if (options.rethrow?.(error)) throw error
    errors.push(error)
    const next = fate(message, receive + 1)
    const due = ports.world.now.getTime() + REDRIVE_POLICIES[one.queue].visibilityMilliseconds
    return next === 'lost' ? undefined : { ...one, receive: receive + 1, due, fate: next }
  }
}

function standardFate(queue: QueueName, options: DrainOptions): NonNullable<DrainOptions['fate']> {
  const { receives, deadLetterReceives } = { ...REDRIVE_POLICIES[queue], ...options }
  return (_, receive) => {
    if (receive <= receives) return 'run'
    return receive <= receives + deadLetterReceives ? 'dead-letter' : 'lost'
  }
}

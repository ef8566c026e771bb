import { EventMessage } from '../../../shared/platform/state/domain-event.ts'
import { deliverWebhook } from '../../../shared/webhooks/deliver.ts'
import { DeliveryMessage } from '../../../shared/webhooks/delivery.ts'
import { dispatchEvent } from '../../../shared/webhooks/dispatch-event.ts'
import type { MemoryPorts } from '../world/ports.ts'

export interface BringOptions {
  /** What is due later than that stays in its queue. */
  readonly until?: Date
  /** Which of so many messages that are due comes next; the first by default. */
  readonly pick?: (waiting: number) => number
  /** How often each message is brought, though it succeeded; once by default. */
  readonly times?: number
  /** All messages that are due are worked on at the same time. */
  readonly atOnce?: boolean
}

interface Waiting {
  readonly queue: 'events' | 'deliveries'
  readonly message: unknown
  readonly due: number
  readonly receives: number
}

/** A message that failed comes again so much later, and so often at most. */
const VISIBILITY_MILLISECONDS = 30_000
const MOST_RECEIVES = 5
const MOST_TURNS = 2000

/**
 * Brings events and deliveries to their workers as the queues do, until none is left: in order of time, and the clock goes
 * on where nothing is due yet. @returns the errors of all that failed on the way
 */
export async function bring(ports: MemoryPorts, options: BringOptions = {}): Promise<unknown[]> {
  const { until, pick = () => 0, times = 1, atOnce = false } = options
  const { world } = ports
  const errors: unknown[] = []
  const waiting: Waiting[] = []
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    waiting.push(...takeMessages(ports, times))
    const first = Math.min(...waiting.map(({ due }) => due))
    if (until && first > until.getTime()) putBack(ports, waiting.splice(0))
    if (waiting.length === 0) return errors
    world.now = new Date(Math.max(world.now.getTime(), first))
    const due = waiting.filter((one) => one.due <= world.now.getTime())
    const taken = atOnce ? due : due.slice(pick(due.length)).slice(0, 1)
    for (const one of taken) waiting.splice(waiting.indexOf(one), 1)
    await Promise.all(
      taken.map(async (one) => {
        try {
          await work(one, ports)
        } catch (error) {
          errors.push(error)
          const again = { ...one, receives: one.receives + 1, due: world.now.getTime() + VISIBILITY_MILLISECONDS }
          if (again.receives <= MOST_RECEIVES) waiting.push(again)
        }
      }),
    )
  }
  throw new Error('the queues never come to rest', { cause: errors.at(-1) })
}

const work = ({ queue, message }: Waiting, ports: MemoryPorts): Promise<void> =>
  queue === 'events'
    ? dispatchEvent(EventMessage.parse(message), ports)
    : deliverWebhook(DeliveryMessage.parse(message), ports)

/** Takes what was sent since the last time. */
function takeMessages({ world: { sent, delays, now } }: MemoryPorts, times: number): Waiting[] {
  const take = (queue: Waiting['queue']) =>
    sent[queue].splice(0).flatMap((message) => {
      const due = now.getTime() + (delays.get(message) ?? 0) * 1000
      return Array<Waiting>(times).fill({ queue, message, due, receives: 1 })
    })
  return [...take('events'), ...take('deliveries')]
}

function putBack({ world: { sent, delays, now } }: MemoryPorts, waiting: readonly Waiting[]): void {
  for (const { queue, message, due } of waiting) {
    sent[queue].push(message)
    delays.set(message, (due - now.getTime()) / 1000)
  }
}

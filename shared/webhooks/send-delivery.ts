import type { Ports } from '../platform/ports.ts'
import type { DeliveryMessage } from './delivery.ts'

/** A queue keeps a message back for a quarter of an hour at most: what is due later is sent on then. */
const LONGEST_DELAY_SECONDS = 900

/** Sends messages about deliveries, each to come when it is due, or as late as a queue brings it. */
export async function sendDeliveries(messages: readonly DeliveryMessage[], ports: Ports): Promise<void> {
  const delayed = new Map<number, DeliveryMessage[]>()
  for (const message of messages) {
    const seconds = delaySeconds(new Date(message.notBefore), ports.now())
    delayed.set(seconds, [...(delayed.get(seconds) ?? []), message])
  }
  for (const [seconds, some] of delayed) await ports.messages.send('deliveries', some, seconds)
}

/** How long a message is to be kept back, in whole seconds. Pure. */
const delaySeconds = (due: Date, now: Date): number =>
  Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil((due.getTime() - now.getTime()) / 1000)))

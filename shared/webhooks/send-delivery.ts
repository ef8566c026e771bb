import type { Ports } from '../platform/ports.ts'
import type { DeliveryMessage } from './delivery.ts'

/** The longest delay of an SQS message. A message that is due later is sent again after that time. */
const MAX_DELAY_SECONDS = 900

/** Sends messages to the queue `deliveries`, each delayed until it is due, or as long as SQS allows. */
export async function sendDeliveries(
  messages: readonly DeliveryMessage[],
  ports: Pick<Ports, 'messages' | 'now'>,
): Promise<void> {
  const byDelay = new Map<number, DeliveryMessage[]>()
  for (const message of messages) {
    const seconds = delaySeconds(new Date(message.notBefore), ports.now())
    byDelay.set(seconds, [...(byDelay.get(seconds) ?? []), message])
  }
  for (const [seconds, batch] of byDelay) await ports.messages.send('deliveries', batch, seconds)
}

/** Returns the delay of a message in whole seconds. Pure. */
const delaySeconds = (due: Date, now: Date): number =>
  Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil((due.getTime() - now.getTime()) / 1000)))

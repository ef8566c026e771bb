import { AppError } from '../contracts/errors.ts'
import { toPayload } from '../events/payload.ts'
import { readEvent, type StoredEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import type { State } from '../platform/state/record.ts'
import { type Answer, isEndpointGone, withAnswer, withAttempt, withEnd } from './attempt.ts'
import type { DeliveryMessage, DeliveryState } from './delivery.ts'
import { deliveryKey, readDelivery, saveDelivery, toDeliveryMessage } from './delivery-store.ts'
import { disableWebhook } from './enable.ts'
import { nextStep } from './next-step.ts'
import { signatures } from './secret.ts'
import { sendDeliveries } from './send-delivery.ts'
import { findWebhook } from './store.ts'
import { signingSecrets, type WebhookState } from './webhook.ts'

/** For one request and its whole answer. */
const ATTEMPT_MILLISECONDS = 15_000

/**
 * Makes one attempt at a delivery, or does what else its message leads to. An attempt is claimed before its request is
 * sent, so that of messages that come twice one sends it; whose worker died is found out by the first that comes after a
 * minute.
 */
export async function deliverWebhook(message: DeliveryMessage, ports: Ports): Promise<void> {
  const webhook = (await findWebhook(message.webhook, ports))?.value
  if (webhook?.webhookId !== message.webhookId || webhook.removing) return ports.objects.remove([deliveryKey(message)])
  const found = await readDelivery(message, ports)
  if (!found) return
  const step = nextStep(found.value, message.attempt, webhook, ports.now())
  switch (step.kind) {
    case 'nothing':
      return
    case 'wait':
      return sendDeliveries([{ ...message, notBefore: step.until.toISOString() }], ports)
    case 'send-next':
      return sendNext(found, ports)
    case 'end':
      return end(found, step.state, message, ports)
    case 'attempt':
      return makeAttempt(found, step.number, webhook, message, ports)
  }
}

/** Sends the message of the next attempt, and notes that it was: others that come after this need not. */
async function sendNext(found: State<DeliveryState>, ports: Ports): Promise<void> {
  const { next } = found.value
  if (!next) return
  await sendDeliveries([toDeliveryMessage(found.value)], ports)
  await saveDelivery(found, { ...found.value, next: { ...next, isSent: true } }, ports)
}

async function end(
  found: State<DeliveryState>,
  state: 'failed' | 'stopped',
  message: DeliveryMessage,
  ports: Ports,
): Promise<void> {
  if (!(await saveDelivery(found, withEnd(found.value, state, ports.now()), ports)))
    return deliverWebhook(message, ports)
  ports.log.warn('delivery.ended', { state })
}

async function makeAttempt(
  found: State<DeliveryState>,
  number: number,
  webhook: WebhookState,
  message: DeliveryMessage,
  ports: Ports,
): Promise<void> {
  const event = await readEvent(found.value.event.id, ports)
  // Events are not kept for ever.
  if (!event) return end(found, 'failed', message, ports)
  const startedAt = ports.now()
  if (!(await saveDelivery(found, withAttempt(found.value, number, startedAt), ports)))
    return deliverWebhook(message, ports)
  const answer = await send(webhook, event.value, startedAt, ports)
  if (isEndpointGone(answer))
    await disableWebhook(message.webhook, message.webhookId, 'The receiver answered 410 Gone.', ports)
  await settle(message, number, answer, ports)
}

/** One signed request. What keeps it from being answered is an answer too. */
async function send(webhook: WebhookState, event: StoredEvent, at: Date, ports: Ports): Promise<Answer> {
  const { config, now, receivers } = ports
  const body = JSON.stringify(toPayload(event, config.apiUrl))
  const seconds = Math.floor(at.getTime() / 1000)
  const secrets = signingSecrets(webhook, now()).map(({ secret }) => secret)
  const headers = {
    'content-type': 'application/json',
    'user-agent': `groundwork/${config.version}`,
    'webhook-id': event.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures(secrets, event.id, seconds, body),
  }
  try {
    return await receivers.post(webhook.url, { headers, body, milliseconds: ATTEMPT_MILLISECONDS })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** Writes down how an attempt ended, and sends what follows; nothing where somebody else has taken it over. */
async function settle(message: DeliveryMessage, number: number, answer: Answer, ports: Ports): Promise<void> {
  const found = await readDelivery(message, ports)
  const state = found && withAnswer(found.value, number, answer, ports.now())
  if (!found || !state) return
  if (!(await saveDelivery(found, state, ports))) return settle(message, number, answer, ports)
  record(state, ports)
  const saved = state.next && (await readDelivery(message, ports))
  if (saved) await sendNext(saved, ports)
}

function record({ state, attempts, event, next }: DeliveryState, { log, metrics }: Ports): void {
  const { outcome = 'unknown', milliseconds = 0, status, problem, endedAt = '' } = attempts.at(-1) ?? {}
  const code = problem?.code
  metrics.record({ WebhookAttempts: 1, WebhookMilliseconds: milliseconds }, { outcome })
  if (state === 'delivered') metrics.record({ DeliveryMilliseconds: Date.parse(endedAt) - Date.parse(event.timestamp) })
  log.info('delivery.attempted', {
    eventId: event.id,
    type: event.type,
    outcome,
    status,
    code,
    milliseconds,
    state,
    next,
  })
}

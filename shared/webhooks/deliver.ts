import { AppError } from '../contracts/errors.ts'
import { type StoredProblem, toStoredProblem } from '../contracts/stored-problem.ts'
import { toPayload } from '../events/payload.ts'
import { getEvent, type StoredEvent } from '../events/stored-event.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { discardState, type State } from '../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../platform/state/retry-on-conflict.ts'
import { type Answer, isEndpointGone, withAnswer, withAttempt, withEnd } from './attempt.ts'
import type { DeliveryMessage, DeliveryState } from './delivery.ts'
import { deliveryRecord, readDelivery, saveDelivery, toDeliveryMessage } from './delivery-store.ts'
import { disableWebhook } from './enable.ts'
import { nextStep } from './next-step.ts'
import { sendDeliveries } from './send-delivery.ts'
import { signatures } from './signature.ts'
import { findWebhook, webhookRef } from './store.ts'
import { signingSecrets, type WebhookState } from './webhook.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'messages' | 'receivers' | 'log' | 'metrics' | 'now' | 'newId'>

/** The time limit of one request and its whole response. */
export const ATTEMPT_TIMEOUT_MILLISECONDS = 15_000

/** An attempt that was recorded as under way, and so belongs to this worker. */
interface ClaimedAttempt {
  readonly number: number
  readonly startedAt: Date
  readonly webhook: WebhookState
  readonly event: StoredEvent
}

/**
 * Makes one attempt to deliver an event to a webhook, or does whatever else its message calls for
 * (see {@link nextStep}).
 *
 * An attempt is claimed with a conditional write before its request is sent, so a message that SQS delivers twice leads
 * to one request. An attempt whose worker crashed counts as abandoned after a minute, and the next message takes over.
 */
export async function deliverWebhook(message: DeliveryMessage, ports: Needs): Promise<void> {
  const { key } = deliveryRecord(message)
  const attempt = await retryOnConflict(key, () => takeStep(message, ports))
  if (!attempt) return
  const answer = await sendRequest(attempt, ports)
  if (isEndpointGone(answer))
    await disableWebhook(message.webhook, message.webhookId, 'The receiver answered 410 Gone.', ports)
  const state = await retryOnConflict(key, () => saveAnswer(message, attempt.number, answer, ports))
  if (!state) return
  recordAttempt(state, ports)
  const saved = state.next && (await readDelivery(message, ports))
  if (saved) await sendNext(saved, ports)
}

/** Does what the current state calls for. Returns the attempt to make, if this call has claimed one. */
async function takeStep(message: DeliveryMessage, ports: Needs): Promise<ClaimedAttempt | undefined | typeof CONFLICT> {
  const webhook = await findReceiver(message, ports)
  const found = webhook && (await readDelivery(message, ports))
  if (!found) return undefined
  const step = nextStep(found.value, message.attempt, webhook, ports.now())
  switch (step.kind) {
    case 'nothing':
      return undefined
    case 'wait':
      await sendDeliveries([{ ...message, notBefore: step.until.toISOString() }], ports)
      return undefined
    case 'send-next':
      await sendNext(found, ports)
      return undefined
    case 'end':
      return endDelivery(found, step.state, ports)
    case 'attempt':
      return claimAttempt(found, step.number, webhook, ports)
  }
}

/**
 * Finds the webhook that a delivery is for; `undefined` when nothing is to be sent. The delivery of an earlier webhook of
 * the name is left as it is; that of one that is being removed is removed, in case it was created after the others were.
 * @throws CorruptStateError when the webhook cannot be read, or is missing although its delivery exists: a removal
 *   removes the deliveries first, so the record may have been lost
 */
async function findReceiver(
  message: DeliveryMessage,
  ports: Pick<Ports, 'objects'>,
): Promise<WebhookState | undefined> {
  const webhook = (await findWebhook(message.webhook, ports))?.value
  if (!webhook) {
    if (!(await readDelivery(message, ports))) return undefined
    throw new CorruptStateError(webhookRef(message.webhook).key, undefined, 'it does not exist')
  }
  if (webhook.webhookId !== message.webhookId) return undefined
  if (!webhook.removing) return webhook
  await discardState(deliveryRecord(message), ports)
  return undefined
}

/**
 * Sends the message of the next attempt, and records that it was sent, so that later messages need not send it again.
 */
async function sendNext(found: State<DeliveryState>, ports: Needs): Promise<void> {
  const { next } = found.value
  if (!next) return
  await sendDeliveries([toDeliveryMessage(found.value)], ports)
  await saveDelivery(found, { ...found.value, next: { ...next, isSent: true } }, ports)
}

async function endDelivery(
  found: State<DeliveryState>,
  state: 'failed' | 'stopped',
  ports: Needs,
  problem?: StoredProblem,
): Promise<undefined | typeof CONFLICT> {
  const ended = { ...withEnd(found.value, state, ports.now()), ...(problem && { problem }) }
  if (!(await saveDelivery(found, ended, ports))) return CONFLICT
  ports.log.warn('delivery.ended', { state, code: problem?.code })
  return undefined
}

async function claimAttempt(
  found: State<DeliveryState>,
  number: number,
  webhook: WebhookState,
  ports: Needs,
): Promise<ClaimedAttempt | undefined | typeof CONFLICT> {
  const event = await readOrCorrupt(getEvent(found.value.event.id, ports))
  if (event instanceof CorruptStateError) {
    ports.log.error('state.corrupt', { key: event.key })
    return endDelivery(found, 'failed', ports, toStoredProblem(event))
  }
  const startedAt = ports.now()
  const isClaimed = await saveDelivery(found, withAttempt(found.value, number, startedAt), ports)
  return isClaimed ? { number, startedAt, webhook, event } : CONFLICT
}

/** Sends the signed request. An error that keeps it from being answered is returned as its answer. */
async function sendRequest(
  { webhook, event, startedAt }: ClaimedAttempt,
  ports: Pick<Ports, 'config' | 'receivers' | 'now'>,
): Promise<Answer> {
  const { config, now, receivers } = ports
  const body = JSON.stringify(toPayload(event, config.apiUrl))
  const seconds = Math.floor(startedAt.getTime() / 1000)
  const secrets = signingSecrets(webhook, now()).map(({ secret }) => secret)
  const headers = {
    'content-type': 'application/json',
    'user-agent': `groundwork/${config.version}`,
    'webhook-id': event.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures(secrets, event.id, seconds, body),
  }
  try {
    return await receivers.post(webhook.url, { headers, body, milliseconds: ATTEMPT_TIMEOUT_MILLISECONDS })
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** Stores how an attempt ended. Returns undefined when the attempt was abandoned and another worker has taken over. */
async function saveAnswer(
  message: DeliveryMessage,
  number: number,
  answer: Answer,
  ports: Pick<Ports, 'objects' | 'now' | 'newId'>,
): Promise<DeliveryState | undefined | typeof CONFLICT> {
  const found = await readDelivery(message, ports)
  const state = found && withAnswer(found.value, number, answer, ports.now())
  if (!found || !state) return undefined
  return (await saveDelivery(found, state, ports)) ? state : CONFLICT
}

function recordAttempt(
  { state, attempts, event, next }: DeliveryState,
  { log, metrics }: Pick<Ports, 'log' | 'metrics'>,
): void {
  const { outcome = 'unknown', milliseconds = 0, status, problem, endedAt = '' } = attempts.at(-1) ?? {}
  metrics.record({ WebhookAttempts: 1, WebhookMilliseconds: milliseconds }, { outcome })
  if (state === 'delivered') metrics.record({ DeliveryMilliseconds: Date.parse(endedAt) - Date.parse(event.timestamp) })
  log.info('delivery.attempted', {
    eventId: event.id,
    type: event.type,
    outcome,
    status,
    code: problem?.code,
    milliseconds,
    state,
    next,
  })
}

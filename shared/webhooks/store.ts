import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { updateState } from '../platform/state/compare-and-swap.ts'
import { readState, type State } from '../platform/state/record.ts'
import { toRecordNames } from '../platform/storage/list-names.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import { WEBHOOK, WebhookName, type WebhookState } from './webhook.ts'

/** Outside of the data prefix, because these objects hold secrets. */
const WEBHOOKS = 'system/webhooks/'

export const webhookRef = (webhook: string) => ({
  key: `${WEBHOOKS}${webhook}.json`,
  type: WEBHOOK,
  subject: { webhook },
})

/** The folder of the deliveries of all webhooks that ever had a name; ends in a slash. */
export const deliveriesUnder = (webhook: string): string => `system/deliveries/${webhook}/`

/** The folder of the deliveries of one webhook; ends in a slash. */
export const deliveriesFolder = (webhook: string, webhookId: string): string =>
  `${deliveriesUnder(webhook)}${webhookId}/`

/** Reads a webhook, even one that is being removed. */
export const findWebhook = (webhook: string, ports: Pick<Ports, 'objects'>): Promise<State<WebhookState> | undefined> =>
  readState(webhookRef(webhook), ports)

/** Reads a webhook; undefined when it does not exist or is being removed. */
export async function findCurrent(webhook: string, ports: Pick<Ports, 'objects'>): Promise<WebhookState | undefined> {
  const found = (await findWebhook(webhook, ports))?.value
  return found?.removing ? undefined : found
}

/** Reads a webhook. @throws AppError `not-found`, also while it is being removed */
export async function getWebhook(webhook: string, ports: Pick<Ports, 'objects'>): Promise<WebhookState> {
  const found = await findCurrent(webhook, ports)
  if (!found) throw noWebhook(webhook)
  return found
}

/** The error for a webhook that does not exist. */
export const noWebhook = (webhook: string): AppError =>
  new AppError('not-found', `Webhook "${webhook}" does not exist; GET /v1/webhooks lists all webhooks.`)

/**
 * Replaces a webhook's state by compare-and-swap; see {@link updateState}.
 * @throws AppError `not-found`, also for a webhook that is being removed
 */
export async function updateWebhook(
  webhook: string,
  change: (state: WebhookState) => WebhookState | undefined,
  ports: Pick<Ports, 'objects' | 'newId'>,
): Promise<WebhookState> {
  const changeExisting = (state: WebhookState): WebhookState | undefined => {
    if (state.removing) throw noWebhook(webhook)
    return change(state)
  }
  const state = await updateState(webhookRef(webhook), changeExisting, ports)
  if (!state) throw noWebhook(webhook)
  return state.value
}

/** Returns the names of all webhooks, sorted. There are about 100 at most. */
export async function webhookNames(ports: Pick<Ports, 'objects'>): Promise<string[]> {
  const names: string[] = []
  for await (const page of listingPages(ports, WEBHOOKS)) names.push(...toRecordNames(page, WEBHOOKS, WebhookName))
  return names.sort()
}

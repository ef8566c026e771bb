import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { readState, type State, skipCorrupt } from '../platform/state/record.ts'
import { updateState } from '../platform/state/update-state.ts'
import { listingPages } from '../platform/storage/listing-pages.ts'
import { WebhookState } from './webhook.ts'

/** Outside of the data prefix: these objects hold secrets. */
const WEBHOOKS = 'system/webhooks/'

export const webhookKey = (webhook: string): string => `${WEBHOOKS}${webhook}.json`

/** Where the deliveries of all webhooks are kept that ever had a name; ends in a slash, as the next one. */
export const deliveriesUnder = (webhook: string): string => `system/deliveries/${webhook}/`

/** Where the deliveries of a webhook are kept. */
export const deliveriesFolder = (webhook: string, webhookId: string): string =>
  `${deliveriesUnder(webhook)}${webhookId}/`

/** A webhook, also one that is being removed. */
export const findWebhook = (webhook: string, ports: Ports): Promise<State<WebhookState> | undefined> =>
  readState(ports.objects, webhookKey(webhook), WebhookState)

/** The same for those who look at all webhooks: not one that is being removed, and one that is spoilt is passed over. */
export async function findCurrent(webhook: string, ports: Ports): Promise<WebhookState | undefined> {
  const found = (await skipCorrupt(findWebhook(webhook, ports), ports))?.value
  return found?.removing ? undefined : found
}

/** @throws AppError `not-found`, also for one that is being removed */
export async function getWebhook(webhook: string, ports: Ports): Promise<WebhookState> {
  const found = await findWebhook(webhook, ports)
  if (!found || found.value.removing) throw noWebhook(webhook)
  return found.value
}

export const noWebhook = (webhook: string): AppError =>
  new AppError('not-found', `There is no webhook "${webhook}"; GET /v1/webhooks lists those that there are.`)

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
  const state = await updateState({ key: webhookKey(webhook), schema: WebhookState }, changeExisting, ports)
  if (!state) throw noWebhook(webhook)
  return state
}

/** Names of all webhooks, sorted. There are never so many that they must be read in pages. */
export async function webhookNames(ports: Ports): Promise<string[]> {
  const names: string[] = []
  for await (const { objects } of listingPages(ports, WEBHOOKS))
    names.push(...objects.map(({ key }) => key.slice(WEBHOOKS.length).replace(/\.json$/, '')))
  return names.sort()
}

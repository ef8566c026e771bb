import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import { updateWebhook } from './store.ts'
import { toWebhookView, type WebhookState, type WebhookView } from './webhook.ts'

/**
 * Has a webhook called again. What it missed stays `stopped`, and can be redelivered. @throws AppError `not-found`
 */
export async function enableWebhook(webhook: string, ports: Ports): Promise<WebhookView> {
  const enabled = ({ disabled, ...state }: WebhookState) => (disabled ? state : undefined)
  return toWebhookView(webhook, await updateWebhook(webhook, enabled, ports), ports.now())
}

/** Has a webhook not called any more; does nothing to another that has its name by now. */
export async function disableWebhook(webhook: string, webhookId: string, reason: string, ports: Ports): Promise<void> {
  const at = ports.now().toISOString()
  const disabled = (state: WebhookState): WebhookState | undefined =>
    state.disabled || state.webhookId !== webhookId ? undefined : { ...state, disabled: { at, reason }, stoppedAt: at }
  await updateWebhook(webhook, disabled, ports).catch((error: unknown) => {
    // Who is removed needs not be disabled.
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error
  })
}

/** @throws AppError `wrong-state` when it is disabled, naming what enables it */
export function assertEnabled(webhook: string, { disabled }: WebhookState): void {
  if (!disabled) return
  const hint = `POST /v1/webhooks/${webhook}/enable has it called again`
  throw new AppError('wrong-state', `"${webhook}" is disabled: ${disabled.reason} ${hint}.`)
}

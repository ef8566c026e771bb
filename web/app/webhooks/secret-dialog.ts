import { html } from 'lit-html'
import { copyButton } from '../frame/elements.ts'
import type { PageContext } from '../frame/page.ts'
import type { WebhookWithSecret } from './webhook.ts'

/** Shows the key that signs deliveries, which nobody can show again. @param onClose what follows */
export function showSecret(
  { show, closeDialog }: PageContext,
  { webhook, secret }: WebhookWithSecret,
  onClose: () => void,
): void {
  show({
    title: `The secret of ${webhook}`,
    onClose,
    body: () => html`
      <p>
        <strong>Copy it now: it is shown only once.</strong> Your receiver verifies the signature of each delivery with it, by the
        rules of Standard Webhooks.
      </p>
      <label for="webhook-secret">Secret</label>
      <input id="webhook-secret" class="wide" readonly .value=${secret} />
      <footer class="dialog-foot">
        ${copyButton(() => secret, 'Copy the secret', 'main')}
        <button @click=${closeDialog}>Done</button>
      </footer>
    `,
  })
}

import { html } from 'lit-html'
import type { WorkerWithLink } from '../../../shared/contracts/worker.ts'
import { apiRoot } from '../frame/call-footer.ts'
import { copyButton } from '../frame/elements.ts'
import type { PageContext } from '../frame/page.ts'
import { toWholeLink } from './form.ts'

/** Shows the link of a worker, which nobody can show again. @param onClose what follows */
export function showLink(
  { show, closeDialog }: PageContext,
  { worker, link, seats }: WorkerWithLink,
  onClose: () => void,
): void {
  const address = toWholeLink(link, apiRoot())
  show({
    title: `The link of ${worker}`,
    onClose,
    body: () => html`
      <p>
        <strong>Copy it now: it is shown only once.</strong> Whoever has it is ${worker}, so send it to
        ${seats === 1 ? 'that person' : `those ${seats} people`} only. If it is lost, make a new one on the page of the worker.
      </p>
      <label for="worker-link">Link</label>
      <input id="worker-link" class="wide" readonly .value=${address} @focus=${selectAll} />
      <footer class="dialog-foot">
        ${copyButton(() => address, 'Copy the link', 'main')}
        <button @click=${closeDialog}>Done</button>
      </footer>
    `,
  })
}

const selectAll = (event: Event): void => (event.target as HTMLInputElement).select()

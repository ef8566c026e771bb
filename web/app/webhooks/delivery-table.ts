import { html, nothing, type TemplateResult } from 'lit-html'
import { get, toPath } from '../frame/calls.ts'
import { toApiError } from '../frame/client.ts'
import { badge, copyButton, facts, notice, problemNotice, skeleton, timeView } from '../frame/elements.ts'
import { formatCount } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import type { Problem } from '../frame/problem.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { type Delivery, describeAttempt, describeDelivery, mayRedeliver } from './webhook.ts'

type Item = Delivery | UnreadableItem<'delivery'>

interface Owner {
  /** Name of the webhook. */
  readonly name: string
  readonly context: PageContext
}

/** The deliveries of a webhook, newest first, each to be looked at and sent again. */
export const deliveryTable = (
  items: readonly Item[],
  redeliver: (delivery: string) => void,
  owner: Owner,
): TemplateResult =>
  items.length === 0
    ? notice('info', 'Nothing was delivered yet. Send a test to see whether your receiver answers.')
    : html`<table class="stack">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col">Latest attempt</th>
            <th scope="col">Happened</th>
            <th scope="col">Actions</th>
          </tr>
        </thead>
        <tbody>
          ${items.map((item) =>
            item.state === 'unreadable'
              ? html`<tr>
                  <th scope="row">${item.delivery}</th>
                  <td colspan="4" data-label="State">${item.problem.detail}</td>
                </tr>`
              : rowView(item, redeliver, owner),
          )}
        </tbody>
      </table>`

function rowView(item: Delivery, redeliver: (delivery: string) => void, owner: Owner): TemplateResult {
  const latest = item.attempts.at(-1)
  return html`<tr>
    <th scope="row"><code>${item.event.type}</code></th>
    <td data-label="State">
      ${badge(...describeDelivery(item.state))}
      ${item.nextAttemptAt ? html`<span class="quiet-text">next attempt ${timeView(item.nextAttemptAt)}</span>` : nothing}
    </td>
    <td data-label="Latest attempt">
      ${latest ? `${formatCount(latest.number)}: ${describeAttempt(latest)}` : (item.problem?.detail ?? 'none yet')}
    </td>
    <td data-label="Happened">${timeView(item.event.timestamp)}</td>
    <td data-label="Actions">
      <button class="small" @click=${() => showDelivery(item, owner)}>
        Look<span class="hidden-text"> at ${item.event.type}</span>
      </button>
      ${
        mayRedeliver(item)
          ? html`<button class="small" @click=${() => redeliver(item.delivery)}>
            Deliver again<span class="hidden-text">: ${item.event.type}</span>
          </button>`
          : nothing
      }
    </td>
  </tr>`
}

/** Shows a delivery with the body that was sent, which lists do not have. */
function showDelivery({ delivery, event }: Delivery, { name, context }: Owner): void {
  let loaded: Delivery | undefined
  let problem: Problem | undefined
  context.show({
    title: event.type,
    body: () =>
      loaded
        ? detailsView(loaded)
        : problem
          ? problemNotice(problem)
          : html`<div aria-busy="true">${skeleton(8)}</div>`,
  })
  context.client
    .call<Delivery>(get(toPath('webhooks', name, 'deliveries', delivery)), { signal: context.signal })
    .then(({ body }) => {
      loaded = body
    })
    .catch((error: unknown) => {
      problem = toApiError(error)
    })
    .finally(context.redraw)
}

function detailsView({ delivery, event, state, attempts, payload }: Delivery): TemplateResult {
  const text = JSON.stringify(payload, null, 2)
  return html`
    ${facts([
      ['Delivery', html`<code>${delivery}</code>`],
      ['Event', html`<code>${event.id}</code>`],
      ['State', badge(...describeDelivery(state))],
      ['Happened', timeView(event.timestamp)],
    ])}
    <h3>Attempts</h3>
    <ol class="plain">
      ${attempts.map(
        (attempt) => html`<li value=${attempt.number}>
          ${timeView(attempt.startedAt)}: ${describeAttempt(attempt)}
          ${attempt.milliseconds === undefined ? nothing : html`<span class="quiet-text">${formatCount(attempt.milliseconds)} ms</span>`}
        </li>`,
      )}
    </ol>
    <h3>Body</h3>
    ${
      payload === undefined
        ? html`<p>The event has expired, and its body is gone.</p>`
        : html`<div class="command">
          <pre tabindex="0" role="region" aria-label="Body of the delivery"><code>${text}</code></pre>
          ${copyButton(() => text, 'Copy')}
        </div>`
    }
  `
}

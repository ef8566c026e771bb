import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { repeat } from 'lit-html/directives/repeat.js'
import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'
import { toPath, withQuery } from '../frame/calls.ts'
import { debounce } from '../frame/debounce.ts'
import { problemNotice, skeleton } from '../frame/elements.ts'
import { formatCount, formatNoun } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import type { PagedList } from '../frame/paged-list.ts'
import { linkTo } from '../frame/routes.ts'
import { makeStore } from '../frame/store.ts'
import { type ClassChoice, type ClassChoiceEvent, NO_CHOICE, reduceChoice, visibleClasses } from './choose-classes.ts'

/** The classes of a dataset, to be searched and chosen. */
export interface ClassBrowser {
  /** Path of the call that it makes. */
  path(): string
  view(): TemplateResult
  /** Loads the classes, and again after another import. @param importedAt when the current import was complete */
  start(importedAt: string): void
}

const SEARCH_MILLISECONDS = 250
/** All classes of Open Images fit into one page of this size. */
const PAGE_ITEMS = 1000

/** Opens the classes of a dataset. */
export function classBrowser(dataset: string, context: PageContext): ClassBrowser {
  const toListPath = (search: string): string =>
    withQuery(`${toPath('datasets', dataset)}/classes`, { search: search || undefined, limit: PAGE_ITEMS })
  const classes = context.list<ClassSummary>(toListPath(''))
  const search = debounce(SEARCH_MILLISECONDS, context.signal, (text: string) => void classes.restart(toListPath(text)))
  const store = makeStore(reduceChoice, NO_CHOICE, (choice, { type }) => {
    if (type === 'searched') search(choice.search.trim())
    context.redraw()
  })
  let loadedImport: string | undefined
  return {
    path: () => classes.path,
    start: (importedAt) => {
      if (loadedImport === importedAt) return
      loadedImport = importedAt
      void classes.restart(classes.path)
    },
    view: () => html`
      <section class="classes" aria-labelledby="classes-head">
        <h2 id="classes-head" class="section-head">Classes</h2>
        ${controls(store.state, store.send)} ${resultView(classes.list, store.state, store.send)}
        ${
          classes.list.nextCursor === undefined
            ? nothing
            : html`<button @click=${() => void classes.more()}>Load more classes</button>`
        }
        ${chosenBar(dataset, store.state)}
      </section>
    `,
  }
}

type Send = (event: ClassChoiceEvent) => void

const controls = ({ search, withImagesOnly, order }: ClassChoice, send: Send): TemplateResult => html`
  <div class="filters" role="search">
    <div class="field">
      <label for="class-search">Search classes</label>
      <input
        id="class-search"
        type="search"
        autocomplete="off"
        placeholder="Tire, plate, animal …"
        .value=${live(search)}
        @input=${(event: Event) => send({ type: 'searched', search: valueIn(event) })}
      />
    </div>
    <div class="field">
      <label for="class-order">Order</label>
      <select
        id="class-order"
        @change=${(event: Event) => send({ type: 'ordered', order: valueIn(event) === 'name' ? 'name' : 'images' })}
      >
        <option value="images" ?selected=${order === 'images'}>Most images first</option>
        <option value="name" ?selected=${order === 'name'}>By name</option>
      </select>
    </div>
    <label class="check">
      <input
        type="checkbox"
        .checked=${live(withImagesOnly)}
        @change=${(event: Event) => send({ type: 'limited', withImagesOnly: (event.target as HTMLInputElement).checked })}
      />
      Only classes with images
    </label>
  </div>
`

const valueIn = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value

function resultView(list: PagedList<ClassSummary>, choice: ClassChoice, send: Send): TemplateResult {
  if (list.problem) return problemNotice(list.problem)
  if (!list.hasBegun) return skeleton(12)
  const shown = visibleClasses(list.items, choice)
  return html`
    <p role="status" class="quiet-text">
      ${formatNoun(shown.length, 'class', 'classes')}${
        list.items.length > shown.length
          ? `; ${formatCount(list.items.length - shown.length)} more have no images here`
          : ''
      }.
      Counts include subclasses.
    </p>
    ${
      shown.length === 0
        ? nothing
        : html`<table class="stack">
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col" class="number">Images</th>
              <th scope="col" class="number">Boxes</th>
              <th scope="col" class="number">Subclasses</th>
              <th scope="col">Part of</th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              shown,
              ({ classId }) => classId,
              (summary) => rowView(summary, choice.chosen, send),
            )}
          </tbody>
        </table>`
    }
  `
}

const rowView = (summary: ClassSummary, chosen: readonly string[], send: Send): TemplateResult => {
  const { className, classId, imageCount, boxCount, subclassCount, parents } = summary
  return html`<tr>
    <th scope="row">
      <label class="check">
        <input
          type="checkbox"
          .checked=${live(chosen.includes(className))}
          @change=${() => send({ type: 'toggled', className })}
        />
        <span>${className} <code class="quiet-text">${classId}</code></span>
      </label>
    </th>
    <td class="number" data-label="Images">${formatCount(imageCount)}</td>
    <td class="number" data-label="Boxes">${formatCount(boxCount)}</td>
    <td class="number" data-label="Subclasses">${formatCount(subclassCount)}</td>
    <td data-label="Part of">${parents.map(({ className: parent }) => parent).join(', ') || '–'}</td>
  </tr>`
}

const chosenBar = (dataset: string, { chosen }: ClassChoice): TemplateResult | typeof nothing =>
  chosen.length === 0
    ? nothing
    : html`<div class="chosen-bar" role="region" aria-label="Chosen classes">
        <p aria-live="polite">${formatNoun(chosen.length, 'class', 'classes')} chosen: ${chosen.join(', ')}</p>
        <a class="button main" href=${linkTo('new-batch', '', { dataset, class: chosen })}>Make a batch of these …</a>
      </div>`

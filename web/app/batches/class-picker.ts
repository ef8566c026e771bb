import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'
import { get, toPath, withQuery } from '../frame/calls.ts'
import { debounce } from '../frame/debounce.ts'
import { formatNoun } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { makeStore } from '../frame/store.ts'
import { IDLE_PICKER, type PickerEvent, type PickerState, reducePicker } from './picker-state.ts'

/** A field that finds classes while one types. */
export interface ClassPicker {
  view(picked: Picked): TemplateResult
}

interface Picked {
  readonly dataset: string
  readonly classNames: readonly string[]
  readonly messages: readonly string[] | undefined
  onChange(classNames: readonly string[]): void
}

const SEARCH_MILLISECONDS = 200
/** More than Open Images has: the best of them are shown, which need not be the first by name. */
const MAX_FOUND = 1000

/** Opens the field. */
export function classPicker({ client, redraw, signal }: PageContext): ClassPicker {
  const store = makeStore(reducePicker, IDLE_PICKER, redraw)
  const find = async ({ dataset, search }: { dataset: string; search: string }): Promise<void> => {
    const path = withQuery(`${toPath('datasets', dataset)}/classes`, { search, limit: MAX_FOUND })
    const { body } = await client.call<ListPage<ClassSummary>>(get(path), { signal })
    store.send({ type: 'found', search, found: body.items })
  }
  // Without suggestions, names can still be typed, and the preview says what is wrong.
  const findSoon = debounce(SEARCH_MILLISECONDS, signal, (wanted: { dataset: string; search: string }) => {
    find(wanted).catch(() => store.send({ type: 'found', search: wanted.search, found: [] }))
  })
  return {
    view: (picked) => {
      const search = (text: string): void => {
        store.send({ type: 'typed', search: text })
        if (text.trim() !== '' && picked.dataset !== '') findSoon({ dataset: picked.dataset, search: text.trim() })
      }
      const add = (name: string): void => {
        store.send({ type: 'closed' })
        if (name !== '' && !picked.classNames.includes(name)) picked.onChange([...picked.classNames, name])
      }
      return pickerView(store.state, picked, { search, add, send: store.send })
    },
  }
}

interface Actions {
  search(text: string): void
  add(name: string): void
  send(event: PickerEvent): void
}

function pickerView(state: PickerState, picked: Picked, { search, add, send }: Actions): TemplateResult {
  const { dataset, messages = [] } = picked
  const isOpen = state.found.length > 0
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      send({ type: 'moved', by: event.key === 'ArrowDown' ? 1 : -1 })
    } else if (event.key === 'Enter') {
      event.preventDefault()
      add(state.found[state.active]?.className ?? state.search.trim())
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      send({ type: 'closed' })
    }
  }
  return html`
    <div class="field picker">
      <label for="class-names">Classes</label>
      <p class="help" id="class-names-help">
        Type a part of a name, and choose with the arrow keys and Enter. A class includes its subclasses.
      </p>
      ${chipsView(picked)}
      <input
        id="class-names"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        placeholder="Tire, plate, animal …"
        ?disabled=${dataset === ''}
        aria-autocomplete="list"
        aria-expanded=${isOpen ? 'true' : 'false'}
        aria-controls="class-suggestions"
        aria-activedescendant=${isOpen ? `class-suggestion-${state.active}` : nothing}
        aria-describedby="class-names-help class-names-problem"
        aria-invalid=${messages.length > 0 ? 'true' : 'false'}
        .value=${live(state.search)}
        @input=${(event: Event) => search((event.target as HTMLInputElement).value)}
        @keydown=${onKey}
        @blur=${() => send({ type: 'left' })}
      />
      <ul id="class-suggestions" role="listbox" aria-label="Classes that match" ?hidden=${!isOpen}>
        ${state.found.map((found, index) => suggestionView(found, index, state.active, add))}
      </ul>
      <p class="field-problem" id="class-names-problem" aria-live="polite">
        ${messages.map((message) => html`<span>${message}</span>`)}
      </p>
    </div>
  `
}

/** The pointer goes down before the field loses the focus, which would close the list. */
const suggestionView = (
  found: ClassSummary,
  index: number,
  active: number,
  add: Actions['add'],
): TemplateResult => html`
  <li
    id="class-suggestion-${index}"
    role="option"
    aria-selected=${index === active ? 'true' : 'false'}
    @pointerdown=${(event: Event) => {
      event.preventDefault()
      add(found.className)
    }}
  >
    <span>${found.className}</span>
    <span class="quiet-text">${formatNoun(found.imageCount, 'image')}, ${formatNoun(found.boxCount, 'box', 'boxes')}</span>
  </li>
`

const chipsView = ({ classNames, onChange }: Picked): TemplateResult | typeof nothing =>
  classNames.length === 0
    ? nothing
    : html`<ul class="chips" aria-label="Chosen classes">
        ${classNames.map(
          (name) => html`<li>
            <span>${name}</span>
            <button
              type="button"
              aria-label="Remove ${name}"
              @click=${() => onChange(classNames.filter((other) => other !== name))}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </li>`,
        )}
      </ul>`

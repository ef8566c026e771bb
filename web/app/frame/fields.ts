import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'

interface Field {
  readonly id: string
  readonly label: string
  /** What it does, in a sentence. */
  readonly help?: string | TemplateResult
  /** What is wrong with its value. */
  readonly messages?: readonly string[] | undefined
}

interface TextField extends Field {
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'number' | 'url' | 'datetime-local'
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly placeholder?: string
}

/** A field for a line of text, or a number. */
export const textField = (field: TextField): TemplateResult => html`
  <div class="field">
    <label for=${field.id}>${field.label}</label>
    ${helpView(field)}
    <input
      id=${field.id}
      type=${field.type ?? 'text'}
      min=${field.min ?? nothing}
      max=${field.max ?? nothing}
      step=${field.step ?? nothing}
      placeholder=${field.placeholder ?? nothing}
      autocomplete="off"
      spellcheck="false"
      aria-describedby=${describedBy(field)}
      aria-invalid=${isInvalid(field)}
      .value=${live(field.value)}
      @input=${(event: Event) => field.onInput((event.target as HTMLInputElement).value)}
    />
    ${problemView(field)}
  </div>
`

/** A field for several lines. */
export const longTextField = (field: Omit<TextField, 'type'>): TemplateResult => html`
  <div class="field">
    <label for=${field.id}>${field.label}</label>
    ${helpView(field)}
    <textarea
      id=${field.id}
      rows="3"
      aria-describedby=${describedBy(field)}
      aria-invalid=${isInvalid(field)}
      .value=${live(field.value)}
      @input=${(event: Event) => field.onInput((event.target as HTMLTextAreaElement).value)}
    ></textarea>
    ${problemView(field)}
  </div>
`

interface Option<Value extends string> {
  readonly value: Value
  readonly text: string
}

/** A field with one of several values, as a list to open. */
export const selectField = <Value extends string>(
  field: Field & {
    readonly value: Value
    readonly options: readonly Option<Value>[]
    readonly onInput: (value: Value) => void
  },
): TemplateResult => html`
  <div class="field">
    <label for=${field.id}>${field.label}</label>
    ${helpView(field)}
    <select
      id=${field.id}
      aria-describedby=${describedBy(field)}
      aria-invalid=${isInvalid(field)}
      @change=${(event: Event) => field.onInput((event.target as HTMLSelectElement).value as Value)}
    >
      ${field.options.map(
        ({ value, text }) => html`<option value=${value} .selected=${live(value === field.value)}>${text}</option>`,
      )}
    </select>
    ${problemView(field)}
  </div>
`

/** A field with one of a few values that are explained, all to be seen. */
export const choiceField = <Value extends string>(
  field: Field & {
    readonly value: Value
    readonly options: readonly (Option<Value> & { readonly help?: string })[]
    readonly onInput: (value: Value) => void
  },
): TemplateResult => html`
  <fieldset class="field" aria-describedby=${describedBy(field)}>
    <legend>${field.label}</legend>
    ${helpView(field)}
    ${field.options.map(
      ({ value, text, help }) => html`<label class="check choice">
        <input
          type="radio"
          name=${field.id}
          value=${value}
          .checked=${live(value === field.value)}
          @change=${() => field.onInput(value)}
        />
        <span>${text}${help ? html`<span class="help">${help}</span>` : nothing}</span>
      </label>`,
    )}
    ${problemView(field)}
  </fieldset>
`

/** A field that is on or off. */
export const checkField = (
  field: Field & { readonly checked: boolean; readonly onInput: (checked: boolean) => void },
): TemplateResult => html`
  <div class="field">
    <label class="check" for=${field.id}>
      <input
        id=${field.id}
        type="checkbox"
        aria-describedby=${describedBy(field)}
        .checked=${live(field.checked)}
        @change=${(event: Event) => field.onInput((event.target as HTMLInputElement).checked)}
      />
      <span>${field.label}</span>
    </label>
    ${helpView(field)} ${problemView(field)}
  </div>
`

/** Several fields that are on or off, under one heading. */
export const checksField = <Value extends string>(
  field: Field & {
    readonly values: readonly Value[]
    readonly options: readonly Option<Value>[]
    readonly onInput: (values: readonly Value[]) => void
  },
): TemplateResult => html`
  <fieldset class="field" aria-describedby=${describedBy(field)}>
    <legend>${field.label}</legend>
    ${helpView(field)}
    <div class="checks">
      ${field.options.map(
        ({ value, text }) => html`<label class="check">
          <input
            type="checkbox"
            .checked=${live(field.values.includes(value))}
            @change=${() => field.onInput(toggle(field.values, value))}
          />
          <span>${text}</span>
        </label>`,
      )}
    </div>
    ${problemView(field)}
  </fieldset>
`

const toggle = <Value>(values: readonly Value[], value: Value): readonly Value[] =>
  values.includes(value) ? values.filter((other) => other !== value) : [...values, value]

const helpView = ({ id, help }: Field): TemplateResult | typeof nothing =>
  help === undefined ? nothing : html`<p class="help" id="${id}-help">${help}</p>`

/** It is always there, so that what it says later is announced. */
const problemView = ({ id, messages = [] }: Field): TemplateResult => html`
  <p class="field-problem" id="${id}-problem" aria-live="polite">${messages.map((message) => html`<span>${message}</span>`)}</p>
`

const describedBy = ({ id, help }: Field): string => `${help === undefined ? '' : `${id}-help `}${id}-problem`
const isInvalid = ({ messages = [] }: Field): 'true' | 'false' => (messages.length > 0 ? 'true' : 'false')

import { html, nothing, type TemplateResult } from 'lit-html'
import type { DatasetItem } from '../datasets/dataset.ts'
import { checkField, checksField, choiceField, selectField, textField } from '../frame/fields.ts'
import type { FieldMessages } from '../frame/problem.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import type { ClassPicker } from './class-picker.ts'
import { FLAG_TEXTS, FLAGS } from './flag-texts.ts'
import type { BatchField, BatchForm, BatchFormEvent } from './form.ts'

interface Fields {
  readonly form: BatchForm
  readonly datasets: readonly (DatasetItem | UnreadableItem<'dataset'>)[]
  readonly messages: FieldMessages<BatchField>
  readonly picker: ClassPicker
  send(event: BatchFormEvent): void
}

/** The fields of a batch, in the order in which one decides. */
export function batchFields({ form, datasets, messages: { byField }, picker, send }: Fields): TemplateResult {
  const ready = datasets.filter((item): item is DatasetItem => item.state === 'ready')
  return html`
    ${selectField({
      id: 'dataset',
      label: 'Dataset',
      help: 'Where the images come from. Datasets that are not imported yet are not listed.',
      value: form.dataset,
      options: [
        ...(form.dataset === '' ? [{ value: '', text: 'Choose …' }] : []),
        ...ready.map(({ dataset, title }) => ({ value: dataset, text: title })),
      ],
      messages: byField.dataset,
      onInput: (dataset) => send({ dataset }),
    })}
    ${picker.view({
      dataset: form.dataset,
      classNames: form.classNames,
      messages: byField.classNames,
      onChange: (classNames) => send({ classNames }),
    })}
    <div class="row">
      ${textField({
        id: 'examples',
        label: 'Images per class',
        help: 'How many images of each class to choose.',
        type: 'number',
        min: 1,
        max: 10_000,
        value: form.examplesPerClass,
        messages: byField.examplesPerClass,
        onInput: (examplesPerClass) => send({ examplesPerClass }),
      })}
      ${textField({
        id: 'offset',
        label: 'Number of the batch',
        help: 'From 0. Batches with the same choices and other numbers have other images.',
        type: 'number',
        min: 0,
        value: form.batchOffset,
        messages: byField.batchOffset,
        onInput: (batchOffset) => send({ batchOffset }),
      })}
    </div>
    ${runField(form, byField.run, send)}
    ${textField({
      id: 'name',
      label: 'Name of the batch',
      help: 'Letters, digits and hyphens. It is part of addresses and of the folder in the bucket.',
      value: form.name,
      messages: byField.name,
      onInput: (name) => send({ name }),
    })}
    ${moreFields(form, byField, send)}
  `
}

const runField = ({ run }: BatchForm, messages: readonly string[] | undefined, send: Fields['send']): TemplateResult =>
  choiceField({
    id: 'run',
    label: 'How far to go',
    value: run,
    options: [
      { value: 'select', text: 'Choose the images', help: 'Nothing is copied. You can go further later.' },
      { value: 'copy', text: 'Copy them as well', help: 'Into your bucket, inside S3.' },
      { value: 'manifest', text: 'Write the manifest as well', help: 'The batch is then ready to be labeled.' },
    ],
    messages,
    onInput: (value) => send({ run: value }),
  })

type Messages = FieldMessages<BatchField>['byField']

const moreFields = (form: BatchForm, byField: Messages, send: Fields['send']): TemplateResult => html`
  <details class="more">
    <summary>More options</summary>
    ${checksField({
      id: 'flags',
      label: 'Ignore boxes that are',
      help: 'An image counts for a class only if it has a box without these flags. Labeling jobs of such a batch cannot use gold.',
      values: form.excludeFlags,
      options: FLAGS.map((value) => ({ value, text: FLAG_TEXTS[value] })),
      messages: byField.excludeFlags,
      onInput: (excludeFlags) => send({ excludeFlags }),
    })}
    ${checkField({
      id: 'parts',
      label: 'Parts count as the class',
      help: 'Such as a tire for a car, or a hand for a person.',
      checked: form.includeParts,
      messages: byField.includeParts,
      onInput: (includeParts) => send({ includeParts }),
    })}
    ${choiceField({
      id: 'allocation',
      label: 'How batches share the images',
      value: form.allocation,
      options: [
        { value: 'disjoint', text: 'No image is in two batches', help: 'Batches take turns, as cards are dealt.' },
        {
          value: 'window',
          text: 'Each class by itself',
          help: 'A batch takes the next images of each class. One with two classes may be in two batches.',
        },
      ],
      messages: byField.allocation,
      onInput: (allocation) => send({ allocation }),
    })}
    ${form.run === 'manifest' ? manifestFields(form, byField, send) : nothing}
  </details>
`

const manifestFields = (form: BatchForm, byField: Messages, send: Fields['send']): TemplateResult => html`
  ${checkField({
    id: 'provenance',
    label: 'Author and license in the manifest',
    help: 'Lets this page show them beside each image. The dataset must have an image list.',
    checked: form.withProvenance,
    messages: byField.withProvenance,
    onInput: (withProvenance) => send({ withProvenance }),
  })}
  ${checkField({
    id: 'boxes',
    label: 'Known boxes in the manifest',
    help: 'For programs that read the manifest. Labeling jobs here find the boxes without it.',
    checked: form.withBoxes,
    messages: byField.withBoxes,
    onInput: (withBoxes) => send({ withBoxes }),
  })}
`

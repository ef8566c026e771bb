import { html, nothing, type TemplateResult } from 'lit-html'
import { choiceField, longTextField, selectField, textField } from '../frame/fields.ts'
import type { FieldMessages } from '../frame/problem.ts'
import type { JobField, JobForm, JobFormEvent } from './form.ts'
import { qualityFields } from './quality-fields.ts'

/** A form, and what its fields offer. */
interface JobFields {
  readonly form: JobForm
  /** Batches whose images are copied. */
  readonly batches: readonly string[]
  /** Jobs on the batch that have ended. */
  readonly endedJobs: readonly string[]
  readonly messages: FieldMessages<JobField>
  send(event: JobFormEvent): void
}

/** The fields of a labeling job, in the order in which one decides. */
export function jobFields(fields: JobFields): TemplateResult {
  const {
    form,
    batches,
    endedJobs,
    messages: { byField },
    send,
  } = fields
  const names = form.batch === '' || batches.includes(form.batch) ? batches : [form.batch, ...batches]
  return html`
    ${selectField({
      id: 'batch',
      label: 'Batch',
      help: 'The images to label. Batches whose images are copied are listed.',
      value: form.batch,
      options: [
        ...(form.batch === '' ? [{ value: '', text: 'Choose …' }] : []),
        ...names.map((value) => ({ value, text: value })),
      ],
      messages: byField.batch,
      onInput: (batch) => send({ batch }),
    })}
    ${form.continueFrom === '' && endedJobs.length === 0 ? nothing : imagesField(fields)}
    ${choiceField({
      id: 'mode',
      label: 'What people do',
      value: form.mode,
      options: [
        { value: 'draw', text: 'Draw boxes', help: 'Around every object of the classes.' },
        { value: 'adjust', text: 'Adjust boxes that are there', help: 'Move, add and remove them.' },
        { value: 'verify', text: 'Verify boxes that are there', help: 'Say whether all of them are right.' },
      ],
      messages: byField.mode,
      onInput: (mode) => send({ mode }),
    })}
    ${form.mode === 'draw' || form.continueFrom !== '' ? nothing : boxesField(fields)} ${opinionsField(fields)} ${qualityFields(fields)}
    ${textField({
      id: 'name',
      label: 'Name of the job',
      help: 'Letters, digits and hyphens. A name can never be used again, also not after the batch is deleted.',
      value: form.name,
      messages: byField.name,
      onInput: (name) => send({ name }),
    })}
    <details class="more">
      <summary>What people read</summary>
      ${textField({
        id: 'title',
        label: 'Title',
        help: 'Shown in the list of jobs of each worker.',
        value: form.taskTitle,
        messages: byField.taskTitle,
        onInput: (taskTitle) => send({ taskTitle }),
      })}
      ${longTextField({
        id: 'instructions',
        label: 'Instructions',
        help: 'What to draw, and what not. Shown beside every image.',
        value: form.instructions,
        messages: byField.instructions,
        onInput: (instructions) => send({ instructions }),
      })}
    </details>
  `
}

const imagesField = ({ form, endedJobs, messages: { byField }, send }: JobFields): TemplateResult =>
  selectField({
    id: 'continue-from',
    label: 'Images',
    help: 'All of the batch, or those that a job which has ended left without a label.',
    value: form.continueFrom,
    options: [
      { value: '', text: 'All images of the batch' },
      ...[...new Set([...endedJobs, form.continueFrom])]
        .filter((job) => job !== '')
        .map((value) => ({ value, text: `Those that ${value} left` })),
    ],
    messages: byField.continueFrom,
    onInput: (continueFrom) => send({ continueFrom }),
  })

const boxesField = ({ form, endedJobs, messages: { byField }, send }: JobFields): TemplateResult =>
  selectField({
    id: 'boxes-from',
    label: 'Boxes to begin with',
    help: 'Those that Open Images has, or those that a job on this batch has drawn.',
    value: form.boxesFrom,
    options: [{ value: '', text: 'Open Images' }, ...endedJobs.map((value) => ({ value, text: `The job ${value}` }))],
    messages: byField.boxesFrom,
    onInput: (boxesFrom) => send({ boxesFrom }),
  })

const opinionsField = ({ form, messages: { byField }, send }: JobFields): TemplateResult => html`
  ${choiceField({
    id: 'opinions',
    label: 'Opinions for each image',
    value: form.opinions,
    options: [
      { value: 'one', text: 'One', help: 'The fastest. Nobody notices mistakes.' },
      {
        value: 'agree',
        text: 'Until people agree',
        help: 'Two, and one more at a time while they differ. Good labels for the least work.',
      },
      { value: 'several', text: 'Always as many', help: 'Merged into one label, also where the first two agree.' },
    ],
    messages: byField.opinions,
    onInput: (opinions) => send({ opinions }),
  })}
  ${
    form.opinions === 'one'
      ? nothing
      : html`<div class="row">
        ${textField({
          id: 'workers',
          label: form.opinions === 'agree' ? 'At most' : 'Opinions',
          help: 'Different people for each image, 1 to 9.',
          type: 'number',
          min: 1,
          max: 9,
          value: form.workersPerObject,
          messages: byField.workersPerObject,
          onInput: (workersPerObject) => send({ workersPerObject }),
        })}
        ${form.opinions === 'agree' ? agreeFields(form, byField, send) : nothing}
      </div>`
  }
`

type Messages = FieldMessages<JobField>['byField']

const agreeFields = (form: JobForm, byField: Messages, send: JobFields['send']): TemplateResult => html`
  ${textField({
    id: 'agree-workers',
    label: 'Who must agree',
    help: 'So many people, 2 to 9.',
    type: 'number',
    min: 2,
    max: 9,
    value: form.agreeWorkers,
    messages: byField.agreeWorkers,
    onInput: (agreeWorkers) => send({ agreeWorkers }),
  })}
  ${textField({
    id: 'agree-at',
    label: 'Overlap of boxes that agree',
    help: 'Intersection over union, 0.5 to 1.',
    type: 'number',
    min: 0.5,
    max: 1,
    step: 0.01,
    value: form.agreeAt,
    messages: byField.agreeAt,
    onInput: (agreeAt) => send({ agreeAt }),
  })}
`

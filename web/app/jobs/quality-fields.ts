import { html, nothing, type TemplateResult } from 'lit-html'
import { checkField, textField } from '../frame/fields.ts'
import type { FieldMessages } from '../frame/problem.ts'
import { canDiffer, type JobField, type JobForm, type JobFormEvent } from './form.ts'

interface QualityFields {
  readonly form: JobForm
  readonly messages: FieldMessages<JobField>
  send(event: JobFormEvent): void
}

type Messages = FieldMessages<JobField>['byField']

/** The fields that say how good the labels are to be: gold, practice, checks and reviewers. */
export const qualityFields = ({ form, messages: { byField }, send }: QualityFields): TemplateResult => html`
  ${form.mode === 'draw' ? goldFields(form, byField, send) : nothing}
  ${
    form.mode === 'draw'
      ? checkField({
          id: 'coverage',
          label: 'Ask one more person whether a box is missing',
          help: 'A box that nobody drew is in no comparison. This takes one worker more than there are opinions.',
          checked: form.coverageCheck,
          messages: byField.coverageCheck,
          onInput: (coverageCheck) => send({ coverageCheck }),
        })
      : nothing
  }
  ${
    canDiffer(form)
      ? checkField({
          id: 'review',
          label: 'Reviewers decide where people differ',
          help: 'The job ends when workers with the role “review” have decided. Without it, the job ends with a count of disputes.',
          checked: form.withReview,
          messages: byField.withReview,
          onInput: (withReview) => send({ withReview }),
        })
      : nothing
  }
`

const goldFields = (form: JobForm, byField: Messages, send: QualityFields['send']): TemplateResult => html`
  ${checkField({
    id: 'gold',
    label: 'Use the boxes of Open Images as gold',
    help: 'Some images with a known answer are scored, and people begin with practice. Not for batches that ignore boxes by flag.',
    checked: form.withGold,
    messages: byField.withGold,
    onInput: (withGold) => send({ withGold }),
  })}
  ${
    form.withGold
      ? html`<div class="row">
        ${textField({
          id: 'gold-share',
          label: 'Images that are scored, in percent',
          help: 'Of those with a known answer. Nobody can tell which they are.',
          type: 'number',
          min: 0,
          max: 100,
          value: form.goldShare,
          messages: byField.goldShare,
          onInput: (goldShare) => send({ goldShare }),
        })}
        ${textField({
          id: 'practice',
          label: 'Practice images',
          help: 'Each person begins with them, and sees the answer. They never count.',
          type: 'number',
          min: 0,
          max: 50,
          value: form.practice,
          messages: byField.practice,
          onInput: (practice) => send({ practice }),
        })}
      </div>`
      : nothing
  }
`

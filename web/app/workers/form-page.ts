import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobSummary } from '../../../shared/contracts/labeling-job.ts'
import type { WorkerView, WorkerWithLink } from '../../../shared/contracts/worker.ts'
import { curlView } from '../frame/call-footer.ts'
import { get } from '../frame/calls.ts'
import { makeDryRunner } from '../frame/dry-run.ts'
import { notice, pageHead } from '../frame/elements.ts'
import { checkField, checksField, choiceField, textField } from '../frame/fields.ts'
import type { OpenPage } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { type FieldMessages, NO_MESSAGES, toFieldMessages } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'
import { makeStore } from '../frame/store.ts'
import { submitter } from '../frame/submitter.ts'
import {
  openWorkerForm,
  reduceWorkerForm,
  toWorkerCall,
  WORKER_PLACES,
  type WorkerField,
  type WorkerForm,
  type WorkerFormEvent,
} from './form.ts'
import { showLink } from './link-dialog.ts'

const JOBS = 'v1/labeling-jobs?status=InProgress&limit=100'

/** The page on which a worker is made. The link is shown once. */
export const openNewWorker =
  (query: URLSearchParams): OpenPage =>
  (context) => {
    let isThere = false
    const store = makeStore(reduceWorkerForm, openWorkerForm(query), () => {
      isThere = false
      sending.forget()
      dryRun.changed()
    })
    const dryRun = makeDryRunner<WorkerView>(context, () => toWorkerCall(store.state))
    const onBody = (body: unknown): void => {
      const { worker } = body as WorkerView
      if (hasLink(body)) showLink(context, body, () => context.go(linkTo('worker', worker)))
      else isThere = true
    }
    const sending = submitter(context, () => toWorkerCall(store.state), { said: 'The worker was made.', onBody })
    const jobs = context.watch<ListPage<LabelingJobSummary>>(JOBS)
    return {
      title: 'New worker',
      calls: () => [toWorkerCall(store.state) ?? { method: 'PUT', path: 'v1/workers/{worker}' }, get(JOBS)],
      view: () => {
        const problem = sending.problem() ?? (dryRun.current.state === 'refused' ? dryRun.current.problem : undefined)
        const messages = problem ? toFieldMessages(problem, WORKER_PLACES) : NO_MESSAGES
        const running = jobs.current.state === 'ready' ? jobs.current.body.items.map(({ job }) => job) : []
        return html`
          ${pageHead('New worker', {
            parent: { page: 'workers', text: 'Workers' },
            lead: 'Makes a link. Whoever opens it can label at once.',
          })}
          <form class="with-preview" @submit=${sending.submit} novalidate>
            <div class="fields">${fieldsView(store.state, running, messages, store.send)}</div>
            <div class="preview">
              ${isThere ? existsView(store.state.name) : nothing}
              ${messages.others.map((text) => html`<p class="notice bad" role="alert">${text}</p>`)}
              <button class="main wide" ?disabled=${sending.isSending() || dryRun.current.state !== 'fine'}>
                ${sending.isSending() ? 'Making …' : 'Make the worker, and show the link'}
              </button>
              ${curlView(toWorkerCall(store.state), 'The same as a command')}
            </div>
          </form>
        `
      },
    }
  }

const hasLink = (body: unknown): body is WorkerWithLink => typeof (body as WorkerWithLink).link === 'string'

const existsView = (name: string): TemplateResult =>
  notice(
    'warn',
    html`<p>
      This worker is there already, and its link cannot be shown again.
      <a href=${linkTo('worker', name)}>Make a new link</a> on the page of the worker.
    </p>`,
  )

function fieldsView(
  form: WorkerForm,
  running: readonly string[],
  { byField }: FieldMessages<WorkerField>,
  send: (event: WorkerFormEvent) => void,
): TemplateResult {
  const jobs = [...new Set([...form.jobs, ...running])]
  return html`
    ${textField({
      id: 'name',
      label: 'Name',
      help: 'You and the worker see it; results name workers by a pseudonym. Letters, digits and hyphens.',
      value: form.name,
      messages: byField.name,
      onInput: (name) => send({ name }),
    })}
    ${choiceField({
      id: 'role',
      label: 'Role',
      value: form.role,
      options: [
        { value: 'label', text: 'Labels', help: 'Draws, adjusts or verifies boxes.' },
        { value: 'review', text: 'Reviews', help: 'Also decides where others differ, in jobs with reviewers.' },
      ],
      messages: byField.role,
      onInput: (role) => send({ role }),
    })}
    ${checkField({
      id: 'restricted',
      label: 'Sees some jobs only',
      help: 'Otherwise the worker sees every job, also those that come later.',
      checked: form.isRestricted,
      onInput: (isRestricted) => send({ isRestricted }),
    })}
    ${
      form.isRestricted
        ? checksField({
            id: 'jobs',
            label: 'Jobs',
            help: jobs.length === 0 ? 'No job is in progress.' : 'Jobs that are in progress.',
            values: form.jobs,
            options: jobs.map((value) => ({ value, text: value })),
            messages: byField.jobs,
            onInput: (chosen) => send({ jobs: chosen }),
          })
        : nothing
    }
    <div class="row">
      ${textField({
        id: 'seats',
        label: 'People who share the link',
        help: 'With more than 1, each browser becomes a numbered worker, up to 200.',
        type: 'number',
        min: 1,
        max: 200,
        value: form.seats,
        messages: byField.seats,
        onInput: (seats) => send({ seats }),
      })}
      ${textField({
        id: 'expires',
        label: 'Expires',
        help: 'When the link and its sessions end. Empty: never.',
        type: 'datetime-local',
        value: form.expires,
        messages: byField.expires,
        onInput: (expires) => send({ expires }),
      })}
    </div>
  `
}

import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchItem } from '../../../shared/contracts/batch.ts'
import type { LabelingJobPreview } from '../../../shared/contracts/labeling-job.ts'
import { curlView } from '../frame/call-footer.ts'
import { get } from '../frame/calls.ts'
import { makeDryRunner } from '../frame/dry-run.ts'
import { type DryRun, getPreview } from '../frame/dry-run-state.ts'
import { notice, pageHead, skeleton, whenReady } from '../frame/elements.ts'
import { formatCount, formatNoun } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { NO_MESSAGES, toFieldMessages } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'
import { makeStore } from '../frame/store.ts'
import { submitter } from '../frame/submitter.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { JOB_PLACES, type JobForm, type JobFormEvent, openJobForm, reduceJobForm, toJobCall } from './form.ts'
import { jobFields } from './form-view.ts'
import { hasEnded } from './job-texts.ts'

const BATCHES = 'v1/batches?limit=1000'

/** The page on which a labeling job is started. */
export const openNewJob =
  (query: URLSearchParams): OpenPage =>
  (context) => {
    const store = makeStore(reduceJobForm, openJobForm(query), () => {
      sending.forget()
      preview.changed()
    })
    const preview = makeDryRunner<LabelingJobPreview>(context, () => toJobCall(store.state))
    const sending = submitter(context, () => toJobCall(store.state), {
      said: 'The labeling job has started.',
      next: () => linkTo('job', store.state.name),
    })
    const usable = (): readonly BatchItem[] =>
      batches.current.state === 'ready' ? batches.current.body.items.filter(isUsable) : []
    const findJobs = (batch: string): BatchItem['labelingJobs'] =>
      usable().find((one) => one.batch === batch)?.labelingJobs ?? []
    const send = (event: JobFormEvent): void => {
      const jobs = findJobs(event.batch ?? store.state.batch)
      store.send({ ...event, taken: jobs.map(({ job }) => job) })
    }
    /** What is suggested depends on the jobs that the batch has. */
    const onBatches = (): void => {
      if (findJobs(store.state.batch).length !== store.state.taken.length) send({})
    }
    const batches = context.watch<ListPage<BatchItem | UnreadableItem<'batch'>>>(BATCHES, { onChange: onBatches })
    preview.changed()
    return {
      title: 'New labeling job',
      calls: () => [toJobCall(store.state) ?? { method: 'PUT', path: 'v1/labeling-jobs/{job}' }, get(BATCHES)],
      view: () => {
        const problem = sending.problem() ?? (preview.current.state === 'refused' ? preview.current.problem : undefined)
        const messages = problem ? toFieldMessages(problem, JOB_PLACES) : NO_MESSAGES
        return html`
          ${pageHead('New labeling job', {
            parent: { page: 'jobs', text: 'Labeling jobs' },
            lead: 'People with a link get the images of a batch, and draw boxes in their browser.',
          })}
          ${whenReady(
            batches,
            skeleton(10),
            () => html`<form class="with-preview" @submit=${sending.submit} novalidate>
              <div class="fields">
                ${jobFields({
                  form: store.state,
                  batches: usable().map(({ batch }) => batch),
                  endedJobs: findJobs(store.state.batch)
                    .filter(hasEnded)
                    .map(({ job }) => job),
                  messages,
                  send,
                })}
              </div>
              <div class="preview">
                ${previewView(preview.current, store.state)}
                ${messages.others.map((text) => html`<p class="notice bad" role="alert">${text}</p>`)}
                <button class="main wide" ?disabled=${sending.isSending() || preview.current.state !== 'fine'}>
                  ${sending.isSending() ? 'Starting …' : 'Start the job'}
                </button>
                ${curlView(toJobCall(store.state), 'The same as a command')}
              </div>
            </form>`,
          )}
        `
      },
    }
  }

/** Whether a batch has copies that can be labeled. */
const isUsable = (item: BatchItem | UnreadableItem<'batch'>): item is BatchItem =>
  item.state === 'copied' || item.state === 'incomplete'

function previewView(run: DryRun<LabelingJobPreview>, form: JobForm): TemplateResult {
  const preview = getPreview(run)
  return html`
    <section class="preview-card" aria-labelledby="preview-head" aria-busy=${run.state === 'checking' ? 'true' : 'false'}>
      <h2 id="preview-head">Preview</h2>
      <div role="status" class="hidden-text">
        ${run.state === 'fine' ? `Preview: ${formatNoun(run.preview.objects, 'image')}.` : nothing}
      </div>
      ${
        preview
          ? contentView(preview, form)
          : run.state === 'checking'
            ? skeleton(5)
            : html`<p class="quiet-text">
              ${
                run.state === 'refused'
                  ? 'The job cannot be started like this: see the messages in the form.'
                  : form.batch === ''
                    ? 'Choose a batch to see what there is to label.'
                    : 'Name the job to see its preview.'
              }
            </p>`
      }
    </section>
  `
}

const contentView = (
  { objects, tasks, labels, alreadyLabeled, omittedCount, warnings, addsCorsRule }: LabelingJobPreview,
  { withGold, practice }: JobForm,
): TemplateResult => html`
  <p class="big-number"><strong>${formatCount(objects)}</strong> images</p>
  <p>
    ${tasks === objects ? 'One answer each' : `At most ${formatNoun(tasks, 'answer')}`}, with the classes
    ${labels.map((label, index) => html`${index > 0 ? ', ' : nothing}<strong>${label}</strong>`)}.
  </p>
  ${withGold && Number(practice) > 0 ? html`<p>Each worker begins with ${formatNoun(Number(practice), 'practice image')} of these, which do not count and come again later.</p>` : nothing}
  ${alreadyLabeled > 0 ? html`<p>${formatNoun(alreadyLabeled, 'image')} are labeled already, and are not asked for again.</p>` : nothing}
  ${omittedCount > 0 ? notice('warn', `${formatNoun(omittedCount, 'image')} of the batch are left out, as they have no good copy.`) : nothing}
  ${warnings.map(({ message }) => notice('warn', message))}
  ${
    addsCorsRule
      ? html`<p class="quiet-text">A CORS rule is added to the bucket, so that pages can load its images by signed links.</p>`
      : nothing
  }
`

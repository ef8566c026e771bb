import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { makeActions } from '../frame/actions.ts'
import { type ApiCall, get, toPath } from '../frame/calls.ts'
import {
  barView,
  copyButton,
  facts,
  notice,
  outLink,
  problemNotice,
  skeleton,
  timeView,
  whenReady,
} from '../frame/elements.ts'
import { formatCount, formatDuration, formatNoun } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import { jobHead } from './job-frame.ts'
import { describeMode, describeSpeed, hasEnded, isOpen, measureJob } from './job-texts.ts'

/** The page of a job: how far it is, how fast, and what to do next. */
export const openJob =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('labeling-jobs', name)
    const stopCall: ApiCall = { method: 'POST', path: `${path}/stop` }
    const job = context.watch<LabelingJobView>(path)
    const actions = makeActions(context, () => job.refresh())
    const stopButton = (view: LabelingJobView): TemplateResult | typeof nothing =>
      isOpen(view)
        ? html`<button class="danger" @click=${() => void actions.perform({ question: stopQuestion(view), call: stopCall, said: 'The job is stopping.' })}>Stop the job …</button>`
        : nothing
    return {
      title: name,
      calls: () => [get(path), stopCall],
      view: () => {
        const problem = actions.problem()
        const ready = job.current.state === 'ready' ? job.current.body : undefined
        return html`
          ${jobHead(name, 'job', ready, ready ? stopButton(ready) : nothing)} ${problem ? problemNotice(problem) : nothing}
          ${whenReady(job, skeleton(8), contentView)}
        `
      },
    }
  }

const contentView = (job: LabelingJobView): TemplateResult => html`
  ${nextStep(job)} ${job.warnings.map(({ message }) => notice('warn', message))}
  ${job.failureReason ? notice('bad', job.failureReason) : nothing} ${progressView(job)} ${factsView(job)}
`

const stopQuestion = ({ job, counters }: LabelingJobView) => ({
  title: `Stop ${job}?`,
  yes: 'Stop the job',
  isDangerous: true,
  text: html`
    <p>
      ${formatNoun(counters.unlabeled, 'image')} ${counters.unlabeled === 1 ? 'is' : 'are'} not finished. Within a minute, no
      more images are given out. People have up to 15 minutes to finish what they have; then the result is written.
    </p>
    <p>All labels are kept. A stopped job cannot be started again, but another job can continue it.</p>
  `,
})

/** What a person would do now. */
function nextStep(job: LabelingJobView): TemplateResult | typeof nothing {
  if (hasEnded(job))
    return notice(
      'good',
      html`<p>The job has ended. <a href=${linkTo('job-results', job.job)}>Look at the results</a>.</p>
        ${continueView(job)}`,
    )
  if (job.engine !== 'groundwork') return nothing
  if (job.status === 'Stopping')
    return notice(
      'info',
      'The job is stopping. The result is written when people have finished what they have, in 15 minutes at most.',
    )
  const { undecided = 0 } = job.disputes ?? {}
  return html`
    ${
      isOpen(job)
        ? notice(
            'info',
            html`<p>
            People label with a link: <a href=${linkTo('new-worker', '', { job: job.job })}>Make a link for this job</a>. Workers
            without a list of jobs see it as well.
          </p>`,
          )
        : nothing
    }
    ${
      undecided > 0
        ? notice(
            'warn',
            html`<p>
            ${formatNoun(undecided, 'image')} to be decided by a reviewer:
            <a href=${linkTo('new-worker', '', { job: job.job, role: 'review' })}>make a link for a reviewer</a>.
          </p>`,
          )
        : nothing
    }
  `
}

/** Another job can label what this one left. */
function continueView({
  job,
  batch,
  mode,
  counters: { failed, unlabeled },
}: LabelingJobView): TemplateResult | typeof nothing {
  const left = failed + unlabeled
  if (left === 0 || !batch) return nothing
  return html`<p>
    ${formatNoun(left, 'image')} ${left === 1 ? 'has' : 'have'} no label:
    <a href=${linkTo('new-job', '', { batch, continueFrom: job, mode })}>label ${left === 1 ? 'it' : 'them'} with another job</a>.
  </p>`
}

const progressView = (job: LabelingJobView): TemplateResult => html`
  <section class="progress" aria-labelledby="progress-head">
    <h2 id="progress-head" class="section-head">Progress</h2>
    ${measureJob(job).map(
      ({ title, text, parts }) => html`<div class="measure">
        <p><strong>${title}:</strong> ${text}</p>
        ${barView(parts)}
      </div>`,
    )}
    ${job.estimatedEndAt ? html`<p>At the pace of the last hour, the last answer comes ${timeView(job.estimatedEndAt)}.</p>` : nothing}
    ${hasEnded(job) ? nothing : html`<p class="quiet-text">Counts may be a minute old while the job runs.</p>`}
  </section>
`

const factsView = (job: LabelingJobView): TemplateResult => html`
  <h2 class="section-head">Facts</h2>
  ${facts([
    ['Batch', job.batch && html`<a href=${linkTo('batch', job.batch)}>${job.batch}</a>`],
    ['What people do', job.mode && describeMode(job.mode)],
    ['Classes', job.labels?.join(', ')],
    ['Running for', formatDuration(job.secondsRunning)],
    ...describeSpeed(job),
    ['Boxes in the result', job.output && formatCount(job.output.boxes)],
    ['Labeled before', job.alreadyLabeled ? formatNoun(job.alreadyLabeled, 'line') : undefined],
    ['Left out', job.omittedCount ? formatNoun(job.omittedCount, 'image') : undefined],
    ['Created', timeView(job.createdAt)],
    ['Portal', job.portalUrl && outLink(job.portalUrl, 'Sign-in page of the work team')],
    [
      'Output manifest',
      job.outputManifestUri &&
        html`<code>${job.outputManifestUri}</code> ${copyButton(() => job.outputManifestUri ?? '', 'Copy', 'quiet small')}`,
    ],
  ])}
  ${job.request ? requestView(job.request) : nothing}
`

const requestView = (request: NonNullable<LabelingJobView['request']>): TemplateResult => html`
  <details class="more">
    <summary>The request, with its defaults</summary>
    <pre tabindex="0" role="region" aria-label="Request of the job"><code>${JSON.stringify(request, null, 2)}</code></pre>
  </details>
`

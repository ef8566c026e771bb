import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { get, toPath, withQuery } from '../frame/calls.ts'
import { notice, problemNotice, skeleton, whenReady } from '../frame/elements.ts'
import { formatCount, formatNoun } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import { hasMore } from '../frame/paged-list.ts'
import { linkTo } from '../frame/routes.ts'
import { numberClasses } from '../pictures/picture.ts'
import { legendView } from '../pictures/picture-view.ts'
import { type Annotation, isDisputed } from './annotation.ts'
import { jobHead } from './job-frame.ts'
import { hasEnded } from './job-texts.ts'
import { resultGrid } from './result-grid.ts'

const PAGE_ITEMS = 500
/** One looks at so many; a job with more has another problem than a single image. */
const ENOUGH_DISPUTES = 48

/** The page of the images on which people differ. */
export const openJobDisputes =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('labeling-jobs', name)
    const listPath = withQuery(`${path}/annotations`, { links: true, limit: PAGE_ITEMS })
    const results = context.list<Annotation>(listPath)
    let hasBegun = false
    let wanted = ENOUGH_DISPUTES
    const disputed = (): readonly Annotation[] => results.list.items.filter(isDisputed)
    /** The API has no filter for disputes, so results are read until there are enough. */
    const search = async (): Promise<void> => {
      do await results.more()
      while (!results.list.problem && hasMore(results.list) && disputed().length < wanted && !context.signal.aborted)
    }
    const begin = (): void => {
      if (job.current.state !== 'ready' || !hasEnded(job.current.body) || hasBegun) return
      hasBegun = true
      void search()
    }
    const job = context.watch<LabelingJobView>(path, { onChange: begin })
    const more = (): void => {
      wanted = disputed().length + ENOUGH_DISPUTES
      void search()
    }
    const listView = ({ labels = [] }: LabelingJobView): TemplateResult => {
      const { list } = results
      const numbers = numberClasses(labels)
      const shown = disputed()
      return html`
        <p role="status" class="quiet-text">
          ${formatNoun(shown.length, 'disputed image')} among the first ${formatNoun(list.items.length, 'line')}.
          ${list.isLoading ? 'Searching …' : nothing}
        </p>
        ${shown.length > 0 ? html`${legendView(numbers)} <p>Boxes in dispute are dotted.</p>` : nothing}
        ${resultGrid({ items: disputed, onBroken: () => void results.renew(), numbers, context })}
        ${list.problem ? problemNotice(list.problem, more) : nothing}
        ${
          list.hasBegun && hasMore(list) && !list.isLoading
            ? html`<button class="wide" @click=${more}>Search on</button>`
            : nothing
        }
      `
    }
    return {
      title: `Disputes of ${name}`,
      calls: () => [get(listPath), get(path)],
      view: () => html`
        ${jobHead(name, 'job-disputes', job.current.state === 'ready' ? job.current.body : undefined)}
        <h2 class="section-head">Disputes</h2>
        <p class="lead">
          An image is disputed when people differ about a class, about whether there is an object, or when somebody says that a
          box is missing.
        </p>
        ${whenReady(job, skeleton(6), (view) => html`${stateView(view)} ${hasEnded(view) ? listView(view) : nothing}`)}
      `,
    }
  }

function stateView(job: LabelingJobView): TemplateResult {
  const { disputes, request, status } = job
  const withReview = request?.review === 'disputes'
  if (!disputes)
    return notice(
      'info',
      hasEnded(job)
        ? 'One person was asked about each image, so there is nothing on which people could differ.'
        : 'Disputes are counted when the job has ended: no reviewer was asked for.',
    )
  const { undecided, decided } = disputes
  return html`
    <p>
      <strong>${formatCount(undecided)}</strong> ${hasEnded(job) ? 'stayed undecided' : 'to be decided'},
      <strong>${formatCount(decided)}</strong> decided by a reviewer.
    </p>
    ${
      withReview && status === 'InProgress'
        ? notice(
            'info',
            html`<p>
            Workers with the role “review” get these images first, and see what the others have said.
            <a href=${linkTo('new-worker', '', { job: job.job, role: 'review' })}>Make a link for a reviewer</a>. The images are
            shown here when the job has ended.
          </p>`,
          )
        : nothing
    }
  `
}

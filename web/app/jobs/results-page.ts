import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { get, toPath, withQuery } from '../frame/calls.ts'
import { notice, problemNotice, skeleton, whenReady } from '../frame/elements.ts'
import { selectField } from '../frame/fields.ts'
import { formatCount, formatNoun } from '../frame/format.ts'
import type { ListLoader } from '../frame/list-loader.ts'
import type { OpenPage, PageContext } from '../frame/page.ts'
import { hasMore } from '../frame/paged-list.ts'
import { numberClasses } from '../pictures/picture.ts'
import { legendView } from '../pictures/picture-view.ts'
import type { Annotation } from './annotation.ts'
import { jobHead } from './job-frame.ts'
import { hasEnded } from './job-texts.ts'
import { resultGrid } from './result-grid.ts'

const PAGE_ITEMS = 48

const OUTCOMES = [
  { value: '', text: 'All' },
  { value: 'labeled', text: 'Labeled' },
  { value: 'verified', text: 'Verified' },
  { value: 'failed', text: 'Failed' },
  { value: 'unlabeled', text: 'Not labeled' },
  { value: 'unreadable', text: 'Unreadable' },
]

/** The page of what people have drawn, over the images. */
export const openJobResults =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('labeling-jobs', name)
    const toListPath = (outcome: string): string =>
      withQuery(`${path}/annotations`, { links: true, outcome: outcome || undefined, limit: PAGE_ITEMS })
    const results = context.list<Annotation>(toListPath(''))
    let outcome = ''
    let hasBegun = false
    const begin = (): void => {
      if (job.current.state !== 'ready' || !hasEnded(job.current.body) || hasBegun) return
      hasBegun = true
      void results.more()
    }
    const job = context.watch<LabelingJobView>(path, { onChange: begin })
    const filter = (value: string): void => {
      outcome = value
      void results.restart(toListPath(value))
    }
    return {
      title: `Results of ${name}`,
      calls: () => [get(results.path), get(path)],
      view: () => html`
        ${jobHead(name, 'job-results', job.current.state === 'ready' ? job.current.body : undefined)}
        <h2 class="section-head">Results</h2>
        ${whenReady(job, skeleton(6), (view) =>
          hasEnded(view)
            ? html`${summaryView(view)}
              <div class="filters">
                ${selectField({ id: 'outcome', label: 'Outcome', value: outcome, options: OUTCOMES, onInput: filter })}
              </div>
              ${resultsView(results, view, context)}`
            : notice(
                'info',
                'The results are written when the job has ended. Until then, its progress is all there is.',
              ),
        )}
      `,
    }
  }

function summaryView({ output, mode }: LabelingJobView): TemplateResult | typeof nothing {
  if (!output) return nothing
  const { lines, labeled, boxes, withoutBoxes, failed, unlabeled, verdicts = {} } = output
  const found =
    mode === 'verify'
      ? `verified: ${Object.entries(verdicts)
          .map(([verdict, count]) => `${formatCount(count)} ${verdict}`)
          .join(', ')}.`
      : `labeled, with ${formatNoun(boxes, 'box', 'boxes')}${withoutBoxes > 0 ? `; on ${formatCount(withoutBoxes)} of them is none of the objects` : ''}.`
  return html`<p class="lead">
    ${formatCount(labeled)} of ${formatNoun(lines, 'image')} ${found}
    ${failed > 0 ? `${formatCount(failed)} failed.` : nothing}
    ${unlabeled > 0 ? `${formatCount(unlabeled)} stayed without a label.` : nothing}
  </p>`
}

function resultsView(
  results: ListLoader<Annotation>,
  { labels = [], mode }: LabelingJobView,
  context: PageContext,
): TemplateResult {
  const { list } = results
  // The labels of a job that verifies are verdicts. The classes are those of the boxes that it is about.
  const shown = list.items.flatMap(({ boxes = [] }) => boxes.map(({ className = '' }) => className))
  const numbers = numberClasses(mode === 'verify' ? [...new Set(shown)].filter((name) => name !== '') : labels)
  return html`
    ${legendView(numbers)}
    <p role="status" class="quiet-text">
      ${list.hasBegun ? `${formatNoun(list.items.length, 'line')}${hasMore(list) ? ' so far' : ''}` : 'Loading the results'}
    </p>
    ${resultGrid({ items: () => results.list.items, onBroken: () => void results.renew(), numbers, context })}
    ${list.problem ? problemNotice(list.problem, () => void results.more()) : nothing}
    ${
      list.hasBegun && hasMore(list)
        ? html`<button class="wide" ?disabled=${list.isLoading} @click=${() => void results.more()}>
          ${list.isLoading ? 'Loading …' : 'Load more'}
        </button>`
        : nothing
    }
  `
}

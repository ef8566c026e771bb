import { html, nothing, type TemplateResult } from 'lit-html'
import type { LabelingJobView } from '../../../shared/contracts/labeling-job.ts'
import { badge, pageHead } from '../frame/elements.ts'
import { linkTo, type PageName } from '../frame/routes.ts'
import { describeStatus } from './job-texts.ts'

const TABS: readonly (readonly [PageName, string])[] = [
  ['job', 'Progress'],
  ['job-workers', 'Workers'],
  ['job-results', 'Results'],
  ['job-disputes', 'Disputes'],
]

/** The head of each page of a job: its name and status, and the other pages. */
export const jobHead = (
  name: string,
  current: PageName,
  job: LabelingJobView | undefined,
  actions: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  ${pageHead(html`${name} ${job ? badge(...describeStatus(job.status)) : nothing}`, {
    parent: { page: 'jobs', text: 'Labeling jobs' },
    actions,
  })}
  <nav class="tabs" aria-label="Pages of the job">
    ${TABS.map(
      ([page, text]) =>
        html`<a href=${linkTo(page, name)} aria-current=${page === current ? 'page' : nothing}>${text}</a>`,
    )}
  </nav>
`

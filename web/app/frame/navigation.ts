import { html, nothing, type TemplateResult } from 'lit-html'
import { linkTo, type PageName } from './routes.ts'

interface Entry {
  readonly text: string
  readonly page: PageName
  /** Other pages about the same subject. */
  readonly pages: readonly PageName[]
}

const ENTRIES: readonly Entry[] = [
  { text: 'Datasets', page: 'datasets', pages: ['dataset'] },
  { text: 'Batches', page: 'batches', pages: ['batch', 'new-batch'] },
  { text: 'Labeling jobs', page: 'jobs', pages: ['job', 'job-workers', 'job-results', 'job-disputes', 'new-job'] },
  { text: 'Workers', page: 'workers', pages: ['worker', 'new-worker'] },
  { text: 'Webhooks', page: 'webhooks', pages: ['webhook', 'new-webhook'] },
]

const LATER: readonly Entry[] = [
  { text: 'Label sets', page: 'label-sets', pages: [] },
  { text: 'Quality', page: 'quality', pages: [] },
  { text: 'Exports', page: 'exports', pages: [] },
]

/** The subjects. The one that a page is about is marked. */
export const navigation = (current: PageName | undefined): TemplateResult => html`
  <nav aria-label="Subjects">
    <ul>
      ${ENTRIES.map((entry) => entryView(entry, current))}
    </ul>
    <p class="nav-head" id="nav-later">Not part of this version</p>
    <ul class="later" aria-labelledby="nav-later">
      ${LATER.map((entry) => entryView(entry, current))}
    </ul>
  </nav>
`

function entryView({ text, page, pages }: Entry, current: PageName | undefined): TemplateResult {
  const isCurrent = current !== undefined && (current === page || pages.includes(current))
  return html`<li>
    <a href=${linkTo(page)} aria-current=${isCurrent ? (current === page ? 'page' : 'true') : nothing}>${text}</a>
  </li>`
}

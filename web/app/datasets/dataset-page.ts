import { html, nothing, type TemplateResult } from 'lit-html'
import type { DatasetView } from '../../../shared/contracts/dataset.ts'
import { type Action, makeActions } from '../frame/actions.ts'
import { type ApiCall, get, toPath } from '../frame/calls.ts'
import type { Client } from '../frame/client.ts'
import {
  badge,
  barView,
  facts,
  notice,
  pageHead,
  problemNotice,
  skeleton,
  timeView,
  whenReady,
} from '../frame/elements.ts'
import { formatBytes, formatCount, formatShare } from '../frame/format.ts'
import type { OpenPage } from '../frame/page.ts'
import { classBrowser } from './class-browser.ts'
import { describeState, type ImportPreview, toImportShare } from './dataset.ts'

/** The page of a dataset: its state, and its classes to choose from. */
export const openDataset =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('datasets', name)
    const dataset = context.watch<DatasetView>(path, {
      isBusy: ({ state }) => state === 'importing' || state === 'deleting',
      onChange: () => {
        const importedAt = findImport()
        if (importedAt !== undefined) classes.start(importedAt)
      },
    })
    const findImport = (): string | undefined =>
      dataset.current.state === 'ready' ? dataset.current.body.importedAt : undefined
    const classes = classBrowser(name, context)
    const actions = makeActions(context, () => dataset.refresh())
    const importIt = (): void => void actions.perform(importAction(name, context.client))
    const calls = (): readonly ApiCall[] => [get(path), ...(findImport() === undefined ? [] : [get(classes.path())])]
    return {
      title: name,
      calls,
      view: () => {
        const problem = actions.problem()
        return html`
        ${headView(name, dataset.current.state === 'ready' ? dataset.current.body : undefined, importIt)}
        ${problem ? problemNotice(problem) : nothing}
        ${whenReady(
          dataset,
          skeleton(4),
          (view) => html`${stateView(view)} ${view.importedAt === undefined ? nothing : classes.view()}`,
        )}
      `
      },
    }
  }

const PARENT = { page: 'datasets', text: 'Datasets' } as const

const headView = (name: string, dataset: DatasetView | undefined, importIt: () => void): TemplateResult => {
  const { title = name, state } = dataset ?? {}
  const isToBeImported = state === 'registered' || state === 'failed'
  return pageHead(title, {
    parent: PARENT,
    actions: isToBeImported
      ? html`<button class="main" @click=${importIt}>Import the metadata …</button>`
      : state === 'ready'
        ? html`<button @click=${importIt}>Import again …</button>`
        : nothing,
  })
}

function stateView({ dataset, state, progress, problem, warnings, imageList, ...view }: DatasetView): TemplateResult {
  const { imageCount, boxCount, classCount, importedAt, annotations } = view
  return html`
    ${problem ? notice('bad', html`<p>The last import failed: ${problem.detail}</p>`) : nothing}
    ${
      progress
        ? html`<section class="progress" aria-label="Progress of the import">
          <p>
            ${progress.step === 'fetching' ? 'Fetching the files' : 'Checking every row'}:
            ${formatShare(toImportShare(progress))}, ${formatBytes(progress.bytes)} of ${formatBytes(progress.totalBytes)}
          </p>
          ${barView([{ tone: 'busy', share: toImportShare(progress) }])}
        </section>`
        : nothing
    }
    ${warnings.map(({ message }) => notice('warn', message))}
    ${facts([
      ['Name', html`<code>${dataset}</code>`],
      ['State', badge(...describeState(state))],
      ['Images with boxes', imageCount === undefined ? undefined : formatCount(imageCount)],
      ['Boxes', boxCount === undefined ? undefined : formatCount(boxCount)],
      ['Classes with boxes of their own', classCount === undefined ? undefined : formatCount(classCount)],
      ['With a license', imageList && `${formatCount(imageList.licenses)} images`],
      ['Imported', timeView(importedAt)],
      ['Box file', annotations && formatBytes(annotations.bytes)],
    ])}
    ${
      state === 'registered'
        ? notice(
            'info',
            'Its classes can be looked at once its metadata is imported. Images are copied later, batch by batch.',
          )
        : nothing
    }
  `
}

/** Imports the metadata; says first what that takes. */
function importAction(name: string, client: Client): Action {
  const call: ApiCall = { method: 'POST', path: `${toPath('datasets', name)}/import` }
  const preview = client.call<ImportPreview>({ ...call, path: `${call.path}?validateOnly=true` })
  const text = preview.then(({ body }) => describeImport(body))
  return { question: { title: `Import ${name}?`, yes: 'Import', text }, call, said: 'The import has started.' }
}

const describeImport = ({ totalBytes, requests, files }: ImportPreview): TemplateResult => html`
  <p>
    This reads ${formatBytes(totalBytes)} of metadata into your bucket, checks every row, and builds an index of the classes. It
    takes about ${formatCount(requests)} requests to S3. No image is copied.
  </p>
  <ul>
    ${files.map(
      ({ uri, bytes }) =>
        html`<li><code>${uri}</code>, ${bytes === undefined ? 'of unknown size' : formatBytes(bytes)}</li>`,
    )}
  </ul>
`

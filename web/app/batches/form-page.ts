import { html } from 'lit-html'
import type { BatchPreview } from '../../../shared/contracts/batch-preview.ts'
import type { DatasetItem } from '../datasets/dataset.ts'
import { curlView } from '../frame/call-footer.ts'
import { get } from '../frame/calls.ts'
import { makeDryRunner } from '../frame/dry-run.ts'
import { pageHead, skeleton, whenReady } from '../frame/elements.ts'
import type { OpenPage } from '../frame/page.ts'
import type { ListPage } from '../frame/paged-list.ts'
import { NO_MESSAGES, toFieldMessages } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'
import { makeStore } from '../frame/store.ts'
import { submitter } from '../frame/submitter.ts'
import type { UnreadableItem } from '../frame/unreadable.ts'
import { classPicker } from './class-picker.ts'
import { BATCH_PLACES, openBatchForm, reduceBatchForm, toBatchCall } from './form.ts'
import { batchFields } from './form-view.ts'
import { previewView } from './preview-view.ts'

type Datasets = ListPage<DatasetItem | UnreadableItem<'dataset'>>

const DATASETS = 'v1/datasets?limit=1000'

/** The page on which a batch is made. It says what the batch will hold while one fills it in. */
export const openNewBatch =
  (query: URLSearchParams): OpenPage =>
  (context) => {
    let hasDefaults = false
    const store = makeStore(reduceBatchForm, openBatchForm(query), () => {
      sending.forget()
      preview.changed()
    })
    const preview = makeDryRunner<BatchPreview>(context, () => toBatchCall(store.state))
    const sending = submitter(context, () => toBatchCall(store.state), {
      said: 'The batch was created.',
      next: () => linkTo('batch', store.state.name),
    })
    const picker = classPicker(context)
    /** Takes the first dataset that is ready, and asks for licenses where the dataset has them. */
    const chooseDefaults = (): void => {
      if (datasets.current.state !== 'ready' || hasDefaults) return
      const ready = datasets.current.body.items.filter((item): item is DatasetItem => item.state === 'ready')
      const dataset = ready.find((item) => item.dataset === store.state.dataset) ?? ready[0]
      if (!dataset) return
      hasDefaults = true
      store.send({ dataset: dataset.dataset, withProvenance: dataset.imageList !== undefined })
    }
    const datasets = context.watch<Datasets>(DATASETS, { onChange: chooseDefaults })
    return {
      title: 'New batch',
      calls: () => [toBatchCall(store.state) ?? { method: 'PUT', path: 'v1/batches/{batch}' }, get(DATASETS)],
      view: () => {
        const problem = sending.problem() ?? (preview.current.state === 'refused' ? preview.current.problem : undefined)
        const messages = problem ? toFieldMessages(problem, BATCH_PLACES) : NO_MESSAGES
        return html`
          ${pageHead('New batch', {
            parent: { page: 'batches', text: 'Batches' },
            lead: 'A batch is a set of images that one request chooses. Choose classes, and see what you get before anything is made.',
          })}
          ${whenReady(
            datasets,
            skeleton(10),
            ({ items }) => html`<form class="with-preview" @submit=${sending.submit} novalidate>
              <div class="fields">
                ${batchFields({ form: store.state, datasets: items, messages, picker, send: store.send })}
              </div>
              <div class="preview">
                ${previewView(preview.current, store.state)}
                ${messages.others.map((text) => html`<p class="notice bad" role="alert">${text}</p>`)}
                <button class="main wide" ?disabled=${sending.isSending() || preview.current.state !== 'fine'}>
                  ${sending.isSending() ? 'Creating …' : 'Create the batch'}
                </button>
                ${curlView(toBatchCall(store.state), 'The same as a command')}
              </div>
            </form>`,
          )}
        `
      },
    }
  }

import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import { type ApiCall, get, toPath } from '../frame/calls.ts'
import { pageHead, problemNotice, skeleton, whenReady } from '../frame/elements.ts'
import type { Live } from '../frame/live.ts'
import type { OpenPage } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import { batchActions } from './batch-actions.ts'
import type { CopyProgress } from './batch-texts.ts'
import { findActions } from './batch-texts.ts'
import { batchSummary, copyView, runView } from './batch-view.ts'
import { openGallery } from './gallery.ts'

/** The page of a batch: how far it is, what can be done with it, and its images. */
export const openBatch =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('batches', name)
    let copy: Live<CopyProgress> | undefined
    let good = -1
    const gallery = openGallery(name, context)
    /** Images show up as they are copied. */
    const onCopy = (): void => {
      if (copy?.current.state !== 'ready') return
      const { copied, present } = copy.current.body
      if (good !== -1 && copied + present !== good) void gallery.copiesChanged()
      good = copied + present
    }
    const onBatch = (): void => {
      if (batch.current.state !== 'ready') return
      const { body } = batch.current
      if (body.imageCount !== undefined) gallery.start()
      if (hasCopy(body)) copy ??= context.watch<CopyProgress>(`${path}/copy`, onCopy)
      if (hasProvenance(body)) void gallery.loadProvenance()
      // A run that went on to copying, or a new round, is seen at once.
      if (body.state === 'copying' && copy?.current.state === 'ready' && copy.current.body.finishedAt) copy.refresh()
    }
    const batch = context.watch<BatchView>(path, onBatch)
    const actions = batchActions(name, context, () => {
      batch.refresh()
      copy?.refresh()
    })
    return {
      title: name,
      calls: () => [get(path), ...(copy ? [get(`${path}/copy`)] : []), get(gallery.path), ...deleteCall(path)],
      view: () =>
        whenReady(
          batch,
          html`${pageHead(name, { parent: PARENT })}${skeleton(8)}`,
          (view) => html`
            ${pageHead(name, { parent: PARENT, actions: actionsView(view, actions) })}
            ${actions.problem() ? problemNotice(actions.problem() ?? NO_PROBLEM) : nothing} ${batchSummary(view)} ${runView(view)}
            ${copy ? whenReady(copy, skeleton(2), copyView) : nothing}
            ${view.imageCount === undefined ? nothing : gallery.view(view)}
          `,
        ),
    }
  }

const PARENT = { page: 'batches', text: 'Batches' } as const
const NO_PROBLEM = { message: '', status: 0, code: '', issues: [] }

const deleteCall = (path: string): readonly ApiCall[] => [{ method: 'DELETE', path }]

/** Whether copying was ever started. */
const hasCopy = ({ state, run }: BatchView): boolean =>
  state === 'copying' ||
  state === 'copied' ||
  state === 'incomplete' ||
  run.steps.some(({ step, startedAt }) => step === 'copy' && startedAt !== undefined)

/** Whether the manifest has author and license of each image. */
const hasProvenance = ({ run, request }: BatchView): boolean =>
  run.steps.some(({ step, licensesFor }) => step === 'manifest' && licensesFor !== undefined) ||
  (request.manifest?.provenance === true &&
    run.steps.some(({ step, state }) => step === 'manifest' && state === 'done'))

function actionsView(view: BatchView, actions: ReturnType<typeof batchActions>): TemplateResult {
  const { mayContinue, mayCancel, mayRetry, mayLabel, mayDelete } = findActions(view)
  return html`
    ${mayLabel ? html`<a class="button main" href=${linkTo('new-job', '', { batch: view.batch })}>Label these images …</a>` : nothing}
    ${mayContinue ? html`<button class=${mayLabel ? '' : 'main'} @click=${() => void actions.goOn(view)}>Copy, and write the manifest …</button>` : nothing}
    ${mayRetry ? html`<button @click=${() => void actions.retry()}>Try missing images again …</button>` : nothing}
    ${mayCancel ? html`<button @click=${() => void actions.cancel()}>Cancel copying …</button>` : nothing}
    ${mayDelete ? html`<button class="danger" @click=${() => void actions.remove()}>Delete …</button>` : nothing}
  `
}

import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import { type Action, type Actions, makeActions } from '../frame/actions.ts'
import { type ApiCall, get, toPath } from '../frame/calls.ts'
import { pageHead, problemNotice, skeleton, whenReady } from '../frame/elements.ts'
import type { Live } from '../frame/live.ts'
import type { OpenPage, PageContext } from '../frame/page.ts'
import { linkTo } from '../frame/routes.ts'
import { cancelAction, continueAction, creditAction, deleteAction, retryAction } from './batch-actions.ts'
import { type CopyProgress, describeProgress, findActions, isCopying } from './batch-texts.ts'
import { batchSummary, classTable, copyView, failuresView, runView } from './batch-view.ts'
import { toClassesCall } from './class-names.ts'
import { type GalleryPart, openGallery } from './gallery.ts'

/** The page of a batch: how far it is, what can be done with it, and its images. */
export const openBatch =
  (name: string): OpenPage =>
  (context) => {
    const path = toPath('batches', name)
    let copy: Live<CopyProgress> | undefined
    let good = 0
    let wasCopying = false
    let hasReadManifest = false
    const gallery = openGallery(name, context)
    /** Images show up as they are copied. */
    const onCopy = (): void => {
      if (copy?.current.state !== 'ready') return
      const { body } = copy.current
      const { copied, present } = body
      if (copied + present !== good) void gallery.copiesChanged()
      if (wasCopying && !isCopying(body)) context.announce(`Copying has ended: ${describeProgress(body)}`)
      good = copied + present
      wasCopying = isCopying(body)
    }
    const onBatch = (): void => {
      if (batch.current.state !== 'ready') return
      const { body } = batch.current
      if (body.imageCount !== undefined) gallery.start()
      if (hasCopy(body)) copy ??= context.watch<CopyProgress>(`${path}/copy`, { onChange: onCopy })
      if (mayHaveProvenance(body) && !hasReadManifest) {
        hasReadManifest = true
        void gallery.loadProvenance()
      }
      // A run that went on to copying, or a new round, is seen at once.
      if (body.state === 'copying' && copy?.current.state === 'ready' && copy.current.body.finishedAt) copy.refresh()
    }
    const batch = context.watch<BatchView>(path, { onChange: onBatch })
    const actions = makeActions(context, () => {
      batch.refresh()
      copy?.refresh()
    })
    const contentView = (view: BatchView): TemplateResult => html`
      ${batchSummary(view)}
      <div class="columns">
        <div>${runView(view)} ${copy ? whenReady(copy, copyView(undefined), copyView) : copyView(undefined)}</div>
        <div>${view.classes ? classTable(view.classes) : nothing}</div>
      </div>
      ${copy?.current.state === 'ready' ? failuresView(copy.current.body) : nothing}
      ${view.imageCount === undefined ? nothing : gallery.view(view)}
    `
    return {
      title: name,
      calls: () => [
        get(path),
        ...(copy ? [get(`${path}/copy`)] : []),
        get(gallery.path),
        ...(batch.current.state === 'ready' ? [toClassesCall(batch.current.body.request.dataset)] : []),
        ...deleteCall(path),
      ],
      view: () => {
        const problem = actions.problem()
        const ready = batch.current.state === 'ready' ? batch.current.body : undefined
        return html`
          ${pageHead(name, { parent: PARENT, actions: ready ? actionsView(ready, { context, actions, gallery }) : nothing })}
          ${problem ? problemNotice(problem) : nothing}
          ${whenReady(batch, skeleton(8), contentView)}
        `
      },
    }
  }

const PARENT = { page: 'batches', text: 'Batches' } as const

const deleteCall = (path: string): readonly ApiCall[] => [{ method: 'DELETE', path }]

/** Whether copying was ever started. */
const hasCopy = ({ state, run }: BatchView): boolean =>
  state === 'copying' ||
  state === 'copied' ||
  state === 'incomplete' ||
  run.steps.some(({ step, startedAt }) => step === 'copy' && startedAt !== undefined)

/** A manifest of more images is large, and is read only if its run has found licenses. */
const MAX_READ_IMAGES = 2000

/** Whether to look for author and license in the manifest. */
const mayHaveProvenance = ({ run, imageCount = 0 }: BatchView): boolean =>
  run.steps.some(
    ({ step, state, licensesFor }) =>
      step === 'manifest' && state === 'done' && (licensesFor !== undefined || imageCount <= MAX_READ_IMAGES),
  )

interface Buttons {
  readonly context: PageContext
  readonly actions: Actions
  readonly gallery: GalleryPart
}

function actionsView(view: BatchView, { context, actions, gallery }: Buttons): TemplateResult {
  const { client } = context
  const { mayContinue, mayCancel, mayRetry, mayLabel, mayDelete } = findActions(view)
  const button = (text: string, toAction: () => Action, look = ''): TemplateResult =>
    html`<button class=${look} @click=${() => void actions.perform(toAction())}>${text}</button>`
  return html`
    ${mayLabel ? html`<a class="button main" href=${linkTo('new-job', '', { batch: view.batch })}>Label these images …</a>` : nothing}
    ${mayContinue ? button('Copy, and write the manifest …', () => continueAction(client, view), mayLabel ? '' : 'main') : nothing}
    ${
      mayLabel && !gallery.hasProvenance()
        ? button('Show authors and licenses …', () => creditAction(client, view, () => void gallery.loadProvenance()))
        : nothing
    }
    ${mayRetry ? button('Try missing images again …', () => retryAction(client, view)) : nothing}
    ${mayCancel ? button('Cancel copying …', () => cancelAction(view)) : nothing}
    ${mayDelete ? button('Delete …', () => deleteAction(client, view), 'danger') : nothing}
  `
}

import { html, nothing, type TemplateResult } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import type { BatchPreview, CopyPreview } from '../../../shared/contracts/batch-preview.ts'
import type { DeletionPreview } from '../../../shared/contracts/deletion.ts'
import type { Action } from '../frame/actions.ts'
import { type ApiCall, toPath } from '../frame/calls.ts'
import type { Client } from '../frame/client.ts'
import { formatBytes, formatCount, formatNoun } from '../frame/format.ts'
import { linkTo } from '../frame/routes.ts'

/** Calls the API for what a call would do. @throws ApiError */
const dryRun = async <Preview>(client: Client, { path, ...call }: ApiCall): Promise<Preview> =>
  (await client.call<Preview>({ ...call, path: `${path}?validateOnly=true` })).body

/** Goes on to the manifest, from wherever the batch is. */
export function continueAction(client: Client, { batch, request }: BatchView): Action {
  const call: ApiCall = { method: 'PUT', path: toPath('batches', batch), body: { ...request, run: 'manifest' } }
  const text = dryRun<BatchPreview>(client, call).then(
    ({ run: { copy } }) => html`
      ${
        copy
          ? html`<p>
            Copies ${formatNoun(copy.images, 'image')} into your bucket: at most ${formatNoun(copy.s3Requests, 'request')} to S3, and
            ${formatNoun(copy.sqsRequests, 'request')} to SQS.
          </p>`
          : nothing
      }
      <p>Then writes the manifest, with a line for each image that was copied.</p>
    `,
  )
  return { question: { title: 'Copy, and write the manifest?', yes: 'Go on', text }, call, said: 'The run goes on.' }
}

/** Copies again what has no good copy. */
export function retryAction(client: Client, { batch }: BatchView): Action {
  const call: ApiCall = { method: 'POST', path: `${toPath('batches', batch)}/copy` }
  const text = dryRun<CopyPreview>(client, call).then(
    ({ s3Requests }) => html`<p>
      Looks again for the images without a good copy, and copies those that are there now: at most
      ${formatNoun(s3Requests, 'request')} to S3. Images that are copied already stay as they are.
    </p>`,
  )
  return {
    question: { title: 'Try missing images again?', yes: 'Copy again', text },
    call,
    said: 'Copying has started.',
  }
}

/** Cancels copying. */
export const cancelAction = ({ batch }: BatchView): Action => ({
  question: {
    title: 'Cancel copying?',
    yes: 'Cancel copying',
    isDangerous: true,
    text: html`<p>
      What is copied stays, and the run of the batch stops. You can go on later; images that are copied are not copied again.
    </p>`,
  },
  call: { method: 'DELETE', path: `${toPath('batches', batch)}/copy` },
  said: 'Copying was cancelled.',
})

interface ManifestPreview {
  readonly lines: number
  readonly licensesFor?: number | undefined
}

/** Writes the manifest with author and license of each image, so that the page can show them. */
export function creditAction(client: Client, { batch, request }: BatchView, onAccepted: () => void): Action {
  const body = { ...request.manifest, provenance: true }
  const call: ApiCall = { method: 'PUT', path: `${toPath('batches', batch)}/manifest`, body }
  const text = dryRun<ManifestPreview>(client, call).then(
    ({ lines, licensesFor = 0 }) => html`<p>
      They are read from the manifest. It is written again from the present copies, with ${formatNoun(lines, 'line')}, of which
      ${formatCount(licensesFor)} have a license. Labeling jobs that are there keep the manifest that they began with.
    </p>`,
  )
  const question = { title: 'Show authors and licenses?', yes: 'Write the manifest', text }
  return { question, call, said: 'The manifest was written.', onAccepted }
}

/** Deletes the batch with everything that belongs to it. */
export function deleteAction(client: Client, { batch }: BatchView): Action {
  const call: ApiCall = { method: 'DELETE', path: toPath('batches', batch) }
  const text = dryRun<DeletionPreview>(client, call).then(describeDeletion)
  const question = { title: `Delete ${batch}?`, yes: 'Delete the batch', isDangerous: true, text }
  return { question, call, said: 'The batch is being deleted.', next: linkTo('batches') }
}

const describeDeletion = ({ location, objects, bytes, kept, more }: DeletionPreview): TemplateResult => html`
  <p>
    Removes ${more ? 'more than ' : ''}${formatNoun(objects, 'object')} (${formatBytes(bytes)}) from <code>${location}</code>: the
    copies, the manifests and <strong>all labels</strong>. This cannot be undone.
  </p>
  ${
    kept.objects === 0
      ? nothing
      : html`<p>${formatNoun(kept.objects, 'object')} there were written by somebody else, and stay.</p>`
  }
`

import { html, nothing } from 'lit-html'
import type { BatchView } from '../../../shared/contracts/batch.ts'
import type { BatchPreview, CopyPreview } from '../../../shared/contracts/batch-preview.ts'
import type { DeletionPreview } from '../../../shared/contracts/deletion.ts'
import { type ApiCall, toPath } from '../frame/calls.ts'
import { toApiError } from '../frame/client.ts'
import type { Question } from '../frame/dialog-host.ts'
import { formatBytes, formatCount, formatNoun } from '../frame/format.ts'
import type { PageContext } from '../frame/page.ts'
import type { Problem } from '../frame/problem.ts'
import { linkTo } from '../frame/routes.ts'

/** What can be done with a batch. All of it asks first, and says what will happen. */
export interface BatchActionCalls {
  /** Why the latest of them was refused. */
  problem(): Problem | undefined
  goOn(view: BatchView): Promise<void>
  retry(): Promise<void>
  cancel(): Promise<void>
  /** Writes the manifest with author and license of each image, so that this page can show them. */
  credit(view: BatchView): Promise<void>
  remove(): Promise<void>
}

interface ManifestPreview {
  readonly lines: number
  readonly licensesFor?: number | undefined
}

/** Makes the actions of a batch. @param onDone is called after one that the API has accepted */
export function batchActions(name: string, context: PageContext, onDone: () => void): BatchActionCalls {
  const { client, ask, announce, go, redraw } = context
  const path = toPath('batches', name)
  let problem: Problem | undefined
  const run = async (question: Question, call: ApiCall, said: string): Promise<boolean> => {
    problem = undefined
    if (!(await ask(question))) return false
    try {
      await client.call(call)
      announce(said)
      onDone()
      return true
    } catch (error) {
      problem = toApiError(error)
      redraw()
      return false
    }
  }
  const dryRun = async <Preview>({ path: target, ...call }: ApiCall): Promise<Preview> =>
    (await client.call<Preview>({ ...call, path: `${target}?validateOnly=true` })).body

  return {
    problem: () => problem,
    goOn: async ({ request }) => {
      const call: ApiCall = { method: 'PUT', path, body: { ...request, run: 'manifest' } }
      const text = dryRun<BatchPreview>(call).then(
        ({ run: preview }) => html`
          ${
            preview.copy
              ? html`<p>
                Copies ${formatNoun(preview.copy.images, 'image')} into your bucket: at most
                ${formatNoun(preview.copy.s3Requests, 'request')} to S3, and ${formatNoun(preview.copy.sqsRequests, 'request')} to SQS.
              </p>`
              : nothing
          }
          <p>Then writes the manifest, with a line for each image that was copied.</p>
        `,
      )
      await run({ title: 'Copy, and write the manifest?', yes: 'Go on', text }, call, 'The run goes on.')
    },
    retry: async () => {
      const call: ApiCall = { method: 'POST', path: `${path}/copy` }
      const text = dryRun<CopyPreview>(call).then(
        ({ s3Requests }) => html`<p>
          Looks again for the images without a good copy, and copies those that are there now: at most
          ${formatNoun(s3Requests, 'request')} to S3. Images that are copied already stay as they are.
        </p>`,
      )
      await run({ title: 'Try missing images again?', yes: 'Copy again', text }, call, 'Copying has started.')
    },
    cancel: async () => {
      const text = html`<p>
        What is copied stays, and the run of the batch stops. You can go on later; images that are copied are not copied again.
      </p>`
      const call: ApiCall = { method: 'DELETE', path: `${path}/copy` }
      await run(
        { title: 'Cancel copying?', yes: 'Cancel copying', isDangerous: true, text },
        call,
        'Copying was cancelled.',
      )
    },
    credit: async ({ request }) => {
      const call: ApiCall = { method: 'PUT', path: `${path}/manifest`, body: { ...request.manifest, provenance: true } }
      const text = dryRun<ManifestPreview>(call).then(
        ({ lines, licensesFor = 0 }) => html`<p>
          They are read from the manifest. It is written again from the present copies, with ${formatNoun(lines, 'line')}, of
          which ${formatCount(licensesFor)} have a license. Labeling jobs that are there keep the manifest that they began with.
        </p>`,
      )
      await run(
        { title: 'Show authors and licenses?', yes: 'Write the manifest', text },
        call,
        'The manifest was written.',
      )
    },
    remove: async () => {
      const call: ApiCall = { method: 'DELETE', path }
      const text = dryRun<DeletionPreview>(call).then(describeDeletion)
      const question = { title: `Delete ${name}?`, yes: 'Delete the batch', isDangerous: true, text }
      if (await run(question, call, 'The batch is being deleted.')) go(linkTo('batches'))
    },
  }
}

const describeDeletion = ({ location, objects, bytes, kept, more }: DeletionPreview) => html`
  <p>
    Removes ${more ? 'more than ' : ''}${formatNoun(objects, 'object')} (${formatBytes(bytes)}) from
    <code>${location}</code>: the copies, the manifests and <strong>all labels</strong>. This cannot be undone.
  </p>
  ${
    kept.objects === 0
      ? nothing
      : html`<p>${formatCount(kept.objects)} objects there were written by somebody else, and stay.</p>`
  }
`

import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../shared/platform/http/path.ts'

/** What stands for each name of a path: something that the table's system has. */
export type Names = Readonly<Record<string, string>>

const batch = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 }
const workteamArn = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'

/** A body that is right for each call that takes one, and for a PUT another one that is right too. */
interface Bodies {
  readonly body: unknown
  readonly other?: unknown
}

/** @param web a server that takes deliveries and has an image at `/image.jpg` */
const bodiesAt = (web: string): Readonly<Record<string, Bodies>> => ({
  registerDataset: {
    body: SAMPLE_DATASETS['sample-train'],
    other: { ...SAMPLE_DATASETS['sample-train'], title: 'Another title' },
  },
  resolveClasses: { body: { classNames: ['Person'] } },
  createBatch: { body: batch, other: { ...batch, examplesPerClass: 4 } },
  writeManifest: { body: {} },
  createLabelingJob: { body: { batch: 'b', workteamArn }, other: { batch: 'b', workteamArn, taskTitle: 'Another' } },
  // Nothing of the kind happens here: whoever is registered is only sent tests.
  registerWebhook: {
    body: { url: `${web}/hook`, events: ['dataset.failed'] },
    other: { url: `${web}/hook`, events: ['labeling-job.failed'] },
  },
  fetchTestImages: { body: { urls: [`${web}/image.jpg`] } },
})

/** Something of each kind that is not there, though it could be. */
export const NOBODY: Names = {
  batch: 'none',
  dataset: 'none',
  job: 'none',
  webhook: 'none',
  delivery: 'dlv_00000000000_0000000000000000',
  image: '0'.repeat(32),
}

/** Calls that change something and cost nothing: there is nothing to try out before. */
export const CHEAP: readonly string[] = [
  'resolveClasses',
  'stopLabelingJob',
  'enableWebhook',
  'rotateSecret',
  'sendTestEvent',
  'redeliverEvent',
]

/** PUTs that write anew what they find, so that nothing of them can be in conflict. */
export const WRITTEN_ANEW: readonly string[] = ['writeManifest']

/** The body of an example. @throws Error that says where one is missing */
export function bodiesOf({ operationId, body }: Endpoint, web: string): Bodies {
  if (!body) return { body: undefined }
  const bodies = bodiesAt(web)[operationId]
  if (!bodies) throw new Error(`${operationId} takes a body: give it one in test/functions/example-calls.ts`)
  return bodies
}

/** A path with its names filled in. @throws Error that says which name nothing stands for */
export const pathOf = ({ path }: Pick<Endpoint, 'path'>, names: Names): string =>
  expandPath(path, (name) => {
    const value = names[name]
    if (value === undefined) throw new Error(`${path}: say in every-endpoint.test.ts what {${name}} stands for`)
    return value
  })

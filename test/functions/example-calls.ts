import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { expandPath } from '../../shared/platform/http/path.ts'

/** The value of each path parameter: an existing resource. */
export type Names = Readonly<Record<string, string>>

const batch = { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3 }
const workteamArn = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'

/** A valid body, and for a PUT another valid one. */
interface Bodies {
  readonly body: unknown
  readonly other?: unknown
}

/** @param web a server that accepts deliveries and serves an image at `/image.jpg` */
const bodiesAt = (web: string): Readonly<Record<string, Bodies>> => ({
  registerDataset: {
    body: SAMPLE_DATASETS['sample-train'],
    other: { ...SAMPLE_DATASETS['sample-train'], title: 'Another title' },
  },
  resolveClasses: { body: { classNames: ['Person'] } },
  createBatch: { body: batch, other: { ...batch, examplesPerClass: 4 } },
  writeManifest: { body: {} },
  createLabelingJob: { body: { batch: 'b', workteamArn }, other: { batch: 'b', workteamArn, taskTitle: 'Another' } },
  // These events do not occur here, so the webhook only gets test events.
  registerWebhook: {
    body: { url: `${web}/hook`, events: ['dataset.failed'] },
    other: { url: `${web}/hook`, events: ['labeling-job.failed'] },
  },
  fetchTestImages: { body: { urls: [`${web}/image.jpg`] } },
})

/** Valid names of resources that do not exist. */
export const NOBODY: Names = {
  batch: 'none',
  dataset: 'none',
  job: 'none',
  webhook: 'none',
  delivery: 'dlv_00000000000_0000000000000000',
  image: '0'.repeat(32),
}

/** Calls that change something and cost nothing, so they need no dry run. */
export const CHEAP: readonly string[] = [
  'resolveClasses',
  'stopLabelingJob',
  'enableWebhook',
  'rotateSecret',
  'sendTestEvent',
  'redeliverEvent',
]

/** PUTs that always overwrite, so they never conflict. */
export const WRITTEN_ANEW: readonly string[] = ['writeManifest']

/** Returns the bodies of an endpoint. @throws Error saying where to add them */
export function toBodies({ operationId, body }: Endpoint, web: string): Bodies {
  if (!body) return { body: undefined }
  const bodies = bodiesAt(web)[operationId]
  if (!bodies) throw new Error(`${operationId} takes a body: add one to test/functions/example-calls.ts`)
  return bodies
}

/** Fills the parameters of a path. @throws Error naming a parameter without a value */
export const toPath = ({ path }: Pick<Endpoint, 'path'>, names: Names): string =>
  expandPath(path, (name) => {
    const value = names[name]
    if (value === undefined) throw new Error(`${path}: add a value for {${name}} to every-endpoint.test.ts`)
    return value
  })

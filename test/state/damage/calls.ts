import { CONSOLIDATIONS, DRAWN_JOBS } from '../../support/fixtures/drawn.ts'
import { HOOK } from '../../support/fixtures/hooked.ts'
import { jobFor } from '../../support/fixtures/labeling-jobs.ts'
import { PETS } from '../../support/fixtures/pets.ts'
import { callApi } from '../../support/http/call-api.ts'
import type { EndpointRequest } from '../../support/http/call-endpoint.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import type { World } from '../../support/world/world.ts'
import { SELECTION } from './worlds.ts'

/** What a call or an object is about: `batch b`, `job cats-1`. */
export type Subject = string

/** A call of the API, and its subject. */
export interface Call extends EndpointRequest {
  readonly operationId: string
  readonly subject: Subject
}

/** An answer, without what differs from one world to another. */
export interface Answer {
  readonly status: number
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  readonly json: any
}

const BATCHES = ['b', 'run', 'copying', 'halves', 'running', 'selecting', 'drawn'] as const
const JOBS = { 'cats-1': jobFor(), 'cats-2': jobFor(), run: jobFor({ batch: 'run' }), ...DRAWN_JOBS }
const URLS = ['a', 'missing', 'later'].map((name) => `https://pictures.groundwork.dev/${name}.jpg`)

const LISTS = [
  'listDatasets',
  'listBatches',
  'listLabelingJobs',
  'listWebhooks',
  'listTestImages',
  'listWorkers',
] as const

/** The calls that read all lists. */
export const LIST_CALLS: readonly Call[] = LISTS.map((operationId) => ({ operationId, subject: 'all' }))

const about = (subject: Subject, params: Call['params'], operationIds: readonly string[]): Call[] =>
  operationIds.map((operationId) => ({ operationId, subject, ...(params && { params }) }))

/** Returns the ids of the test images in a world. */
const imageIds = (world: World): string[] => keysUnder(world, 'system/test-images/').map((name) => name.slice(0, -5))

const deliveryIds = (world: World): string[] =>
  keysUnder(world, 'system/deliveries/').map((name) => name.split('/').at(-1)?.slice(0, -5) ?? '')

/** Returns what is consolidated again in a world, by job. */
const consolidationsIn = (world: World) =>
  Object.entries(CONSOLIDATIONS).filter(([job, { name }]) =>
    keysUnder(world, `system/labeling-work/${job}/`).some((key) => key.endsWith(`/consolidations/${name}.json`)),
  )

/** Returns the calls that read what there is of each subject. @param world before any damage */
export const readCalls = (world: World): Call[] => [
  ...about('dataset pets', { dataset: 'pets' }, ['getDataset', 'browseClasses']),
  ...BATCHES.filter((batch) => world.stored.has(`s3://work/data/${batch}/batch.json`)).flatMap((batch) =>
    about(`batch ${batch}`, { batch }, ['getBatch', 'listBatchImages', 'getCopy', 'getManifest']),
  ),
  ...Object.keys(JOBS)
    .filter((job) => world.stored.has(`s3://work/system/labeling-jobs/${job}.json`))
    .flatMap((job) =>
      about(`job ${job}`, { job }, [
        'getLabelingJob',
        'listAnnotations',
        ...(job in DRAWN_JOBS ? ['listLabelingJobWorkers'] : []),
      ]),
    ),
  ...consolidationsIn(world).flatMap(([job, { name }]) => [
    ...about(`job ${job}`, { job }, ['listConsolidations']),
    ...about(`job ${job}`, { job, consolidation: name }, ['getConsolidation']),
  ]),
  ...about('worker ann', { worker: 'ann' }, ['getWorker']),
  ...about('webhook mine', { webhook: 'mine' }, ['getWebhook', 'listDeliveries']),
  ...deliveryIds(world).flatMap((delivery) => about('webhook mine', { webhook: 'mine', delivery }, ['getDelivery'])),
  ...imageIds(world).flatMap((image) => about(`test image ${image}`, { image }, ['getTestImage'])),
]

const batchBody = (batch: string): object => {
  if (batch === 'run') {
    const { batch: _, ...labelingJob } = jobFor()
    return { ...SELECTION, run: 'label', labelingJob }
  }
  if (batch === 'selecting') return { ...SELECTION, examplesPerClass: 3000 }
  return batch === 'running' ? { ...SELECTION, run: 'manifest' } : SELECTION
}

/** Returns the calls by which a user repeats what was asked for before. */
export function repeatCalls(subject: Subject): Call[] {
  const [kind, name = ''] = subject.split(/ (?=\S+$)/)
  switch (kind) {
    case 'dataset': {
      const params = { dataset: name }
      return [
        { operationId: 'registerDataset', subject, params, body: PETS },
        { operationId: 'importDataset', subject, params },
      ]
    }
    case 'batch': {
      const params = { batch: name }
      return [
        { operationId: 'createBatch', subject, params, body: batchBody(name) },
        { operationId: 'startCopy', subject, params },
      ]
    }
    case 'job': {
      const params = { job: name }
      const again = Object.entries(CONSOLIDATIONS).filter(([job]) => job === name)
      return [
        { operationId: 'createLabelingJob', subject, params, body: JOBS[name as keyof typeof JOBS] },
        ...again.map(([, body]) => ({ operationId: 'consolidateLabelingJob', subject, params, body })),
      ]
    }
    case 'worker':
      return [{ operationId: 'createWorker', subject, params: { worker: name }, body: {} }]
    case 'webhook':
      return [
        {
          operationId: 'registerWebhook',
          subject,
          params: { webhook: name },
          body: { url: HOOK, events: ['batch.copied'] },
        },
      ]
    case 'test image':
      return [{ operationId: 'fetchTestImages', subject, body: { urls: URLS } }]
    default:
      return []
  }
}

/** The call that writes a manifest anew; it can only be made once copying has ended. */
export const manifestCalls = (subject: Subject): Call[] =>
  subject.startsWith('batch ')
    ? [{ operationId: 'writeManifest', subject, params: { batch: subject.slice('batch '.length) }, body: {} }]
    : []

/** The calls that end the work on a subject, and the one that deletes it. */
interface EndCalls {
  readonly cancel: readonly Call[]
  readonly remove: readonly Call[]
}

/** Returns the calls that end all work on a subject, and delete it if it can be deleted. */
export function endCalls(subject: Subject): EndCalls {
  const [kind, name = ''] = subject.split(/ (?=\S+$)/)
  switch (kind) {
    case 'dataset':
      return {
        cancel: about(subject, { dataset: name }, ['cancelImport']),
        remove: about(subject, { dataset: name }, ['forgetDataset']),
      }
    case 'batch':
      return {
        cancel: about(subject, { batch: name }, ['cancelCopy']),
        remove: about(subject, { batch: name }, ['deleteBatch']),
      }
    case 'job':
      return { cancel: about(subject, { job: name }, ['stopLabelingJob']), remove: [] }
    case 'worker':
      return { cancel: [], remove: about(subject, { worker: name }, ['removeWorker']) }
    case 'webhook':
      return { cancel: [], remove: about(subject, { webhook: name }, ['removeWebhook']) }
    case 'test image':
      return { cancel: [], remove: about(subject, { image: name }, ['deleteTestImage']) }
    default:
      return { cancel: [], remove: [] }
  }
}

/** Makes a call. */
export async function answerTo({ operationId, ...request }: Call, ports: MemoryPorts): Promise<Answer> {
  const { status = 0, body = '', json } = await callApi(operationId, ports, request)
  return { status, body: normalize(body), json }
}

/** Replaces ids and times, and what is made of them, by words. */
const normalize = (text: string): string =>
  text
    .replace(/\bi[dm]\d{14}\b/g, '<id>')
    .replace(/\b(evt|dlv)_[0-9a-z_]+/g, '<$1>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/X-Amz-Date=\w+/g, '<time>')
    .replace(/"secondsLeft":[\d.]+|"imagesPerSecond":[\d.]+/g, '')

/** Names a call: `getBatch b`. */
export const nameCall = ({ operationId, params = {} }: Call): string =>
  [operationId, ...Object.values(params)].join(' ')

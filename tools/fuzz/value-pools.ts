import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import type { Pool, Pools } from './values.ts'

/** Names that fuzzed requests create and delete. The others are created by `createFixtures`. */
const OWN_DATASETS = ['fuzz-a', 'fuzz-b'] as const
const BATCHES = ['base', 'base', 'base', 'b1', 'b2', 'b3'] as const
const JOBS = ['base-job', 'base-job', 'j1', 'j2'] as const
/** The job of `enterAsWorker`. It is never stopped. */
const WORK = 'base-work'
const CALLS_ON_WORK = ['nextTasks', 'renewBlock', 'listMyAnswers', 'submitAnswer']
const WORKTEAM = 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/simulated-workers'
const { sources, imageLocation } = SAMPLE_DATASETS['sample-train']

/** Operations that would change the datasets that all other requests read. */
const CALLS_ON_OWN_DATASETS = ['registerDataset', 'forgetDataset', 'importDataset', 'cancelImport']
const OWN_BATCHES = ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8'] as const

function selectBatches(operationId: string): Pool {
  if (operationId === 'deleteBatch') return OWN_BATCHES
  return operationId === 'createBatch' ? [...OWN_BATCHES, 'base'] : BATCHES
}

function selectJobs(operationId: string): Pool {
  if (operationId === 'createLabelingJob') return ['j1', 'j2', 'j3', 'j4', 'base-job']
  if (operationId === 'stopLabelingJob') return JOBS
  return CALLS_ON_WORK.includes(operationId) ? [WORK, WORK, WORK, WORK, 'base-job', 'j1'] : [...JOBS, WORK]
}

/** Requests per round by operation, 1 by default. Operations that others depend on run more often. */
export const CALL_WEIGHTS: Readonly<Record<string, number>> = {
  createBatch: 4,
  startCopy: 2,
  createLabelingJob: 2,
  registerDataset: 2,
  registerWebhook: 2,
  sendTestEvent: 2,
  fetchTestImages: 2,
  createWorker: 2,
  nextTasks: 2,
  submitAnswer: 2,
}

/**
 * Returns the values for fields, query parameters and path parameters. No URL leads to another reachable host.
 * @param receiver URL of a local server that accepts all requests
 */
export const selectPools = (operationId: string, receiver: string): Pools => ({
  asset: ['start.js', 'swagger-ui.css', 'none'],
  batch: selectBatches(operationId),
  job: selectJobs(operationId),
  continueFrom: JOBS,
  webhook: operationId === 'removeWebhook' ? ['w1', 'w2'] : ['base-hook', 'base-hook', 'base-hook', 'w1', 'w2'],
  dataset: CALLS_ON_OWN_DATASETS.includes(operationId) ? OWN_DATASETS : ['sample-train', 'sample-validation', 'fuzz-a'],
  classNames: [['Person'], ['Tree', 'Person'], ['/m/01g317'], ['Car'], ['Persom'], ['Fedora', 'Clothing']],
  skipImages: [[], ['000002b97e5471a0']],
  sources: [sources, { ...sources, annotations: `${receiver}/404` }, { ...sources, images: 's3://no/images.csv' }],
  imageLocation: [imageLocation, 's3://open-images-dataset/other/{imageId}.jpg'],
  workteamArn: [WORKTEAM, WORKTEAM, WORKTEAM, 'arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/nobody'],
  gold: [{}, { share: 0.5, practice: 2 }, { practice: 51 }],
  labelAttributeName: ['labels', 'boxes', 'labels-metadata'],
  roleArn: ['arn:aws:iam::123456789012:role/groundwork-labeling'],
  search: ['per', 'e', 'zzz'],
  url: [`${receiver}/hook`, `${receiver}/500`, `${receiver}/410`, 'https://nowhere.invalid/', 'https://10.0.0.1/'],
  urls: [[`${receiver}/photo.jpg`], [`${receiver}/500`, `${receiver}/hook`], ['https://169.254.169.254/']],
  events: [['batch.copied'], ['batch.selected', 'manifest.written'], ['dataset.ready']],
  worker: ['ann', 'ann', 'Ben'],
  consolidation: ['c1', 'c2', 'none'],
  name: ['c1', 'c2', 'C1'],
  withoutWorkers: [[], ['0123456789abcdef'], ['0123456789abcdef', '0123456789abcdef']],
  jobs: [[WORK], [WORK, 'j1'], ['none']],
  expiresAt: ['2036-01-01T00:00:00Z'],
  seat: ['seat-of-browser-1', 'seat-of-browser-2', 'seat-of-browser-3'],
  submitId: ['answer-1', 'answer-2', 'answer-3', 'answer-4'],
  className: ['Person', 'Person', 'Person', 'Tree'],
  how: ['drag', 'key-move'],
  nameContains: ['j', 'base'],
  createdAfter: ['2026-01-01T00:00:00Z'],
  createdBefore: ['2036-01-01T00:00:00Z'],
  // The placeholders are replaced with values from earlier responses.
  cursor: ['{cursor}', 'bm9uZQ', `bm9uZQ.${'é'.repeat(22)}`],
  delivery: ['{delivery}', 'dlv_0123456789a_0123456789abcdef'],
  secret: ['{secret}', '{link}', '{link}', `w.${'A'.repeat(43)}`],
  block: ['{block}', '{block}', '0-0-0123456789abcdef', 'practice-0123456789abcdef'],
  finished: ['{block}'],
  line: ['{line}', '{line}', '{line}', '{line}', '1', '999999'],
  ticket: ['{ticket}', '{ticket}', '{ticket}', 'none'],
  image: ['{image}', '0123456789abcdef0123456789abcdef'],
})

import { SAMPLE_DATASETS } from '../../../local/sample-data/sample.ts'
import type { Step } from './step.ts'

const own = { ...SAMPLE_DATASETS['sample-train'], title: 'Our own images', skipImages: ['000a1249af2bc5f0'] }
const mine = { dataset: 'our-images' }
const sample = { dataset: 'sample-train' }

/** Registering, importing, cancelling and deleting datasets, and browsing their classes. */
export const DATASET_STEPS: readonly Step[] = [
  {
    operationId: 'listDatasets',
    name: 'page',
    summary: 'Two datasets per page',
    query: { limit: '2' },
    status: 200,
  },
  { operationId: 'getDataset', name: 'ready', summary: 'An imported dataset', params: sample, status: 200 },
  {
    operationId: 'getDataset',
    name: 'unknown',
    summary: 'A dataset that does not exist',
    params: { dataset: 'their-images' },
    status: 404,
  },
  {
    operationId: 'registerDataset',
    name: 'registered',
    summary: 'Register files in a bucket',
    params: mine,
    body: own,
    status: 201,
  },
  {
    operationId: 'registerDataset',
    name: 'repeated',
    summary: 'Repeat the same request',
    params: mine,
    body: own,
    status: 200,
  },
  {
    operationId: 'registerDataset',
    name: 'other',
    summary: 'Another request under an existing name',
    params: mine,
    body: { ...own, title: 'Other images' },
    status: 409,
  },
  {
    operationId: 'registerDataset',
    name: 'all-issues',
    summary: 'All issues at once',
    params: mine,
    body: { title: '', sources: own.sources, imageLocation: 's3://bucket/images', colour: 'red' },
    status: 400,
  },
  {
    operationId: 'importDataset',
    name: 'validated-only',
    summary: 'Preview the import; nothing is written',
    params: mine,
    query: { validateOnly: 'true' },
    status: 200,
  },
  {
    operationId: 'importDataset',
    name: 'started',
    summary: 'Start the import in the background',
    params: mine,
    status: 202,
  },
  { operationId: 'cancelImport', name: 'cancelled', summary: 'Cancel the running import', params: mine, status: 200 },
  { operationId: 'cancelImport', name: 'none-runs', summary: 'No import is running', params: mine, status: 409 },
  {
    operationId: 'forgetDataset',
    name: 'validated-only',
    summary: 'Preview the deletion; nothing is removed',
    params: mine,
    query: { validateOnly: 'true' },
    status: 200,
  },
  { operationId: 'forgetDataset', name: 'forgotten', summary: 'Delete the dataset', params: mine, status: 204 },
  {
    operationId: 'browseClasses',
    name: 'searched',
    summary: 'Classes with `per` in their name',
    params: sample,
    query: { search: 'per', limit: '2' },
    status: 200,
  },
  {
    operationId: 'resolveClasses',
    name: 'resolved',
    summary: 'Names are not case-sensitive',
    params: sample,
    body: { classNames: ['person', 'Tree'] },
    status: 200,
  },
  {
    operationId: 'resolveClasses',
    name: 'unknown-class',
    summary: 'A misspelled name',
    params: sample,
    body: { classNames: ['Persom'] },
    status: 422,
  },
]

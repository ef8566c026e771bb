import { SAMPLE_DATASETS } from '../../../local/sample-data/sample.ts'
import type { Step } from './step.ts'

const own = { ...SAMPLE_DATASETS['sample-train'], title: 'Our own images', skipImages: ['000a1249af2bc5f0'] }
const mine = { dataset: 'our-images' }
const sample = { dataset: 'sample-train' }

/** Datasets: registered, imported, cancelled, forgotten; and what is in one. */
export const DATASET_STEPS: readonly Step[] = [
  {
    operationId: 'listDatasets',
    name: 'page',
    summary: 'Two at a time',
    query: { limit: '2' },
    status: 200,
  },
  { operationId: 'getDataset', name: 'ready', summary: 'Imported', params: sample, status: 200 },
  {
    operationId: 'getDataset',
    name: 'unknown',
    summary: 'One that is not there',
    params: { dataset: 'their-images' },
    status: 404,
  },
  {
    operationId: 'registerDataset',
    name: 'registered',
    summary: 'Files in a bucket',
    params: mine,
    body: own,
    status: 201,
  },
  {
    operationId: 'registerDataset',
    name: 'repeated',
    summary: 'The same again',
    params: mine,
    body: own,
    status: 200,
  },
  {
    operationId: 'registerDataset',
    name: 'other',
    summary: 'Something else under that name',
    params: mine,
    body: { ...own, title: 'Other images' },
    status: 409,
  },
  {
    operationId: 'registerDataset',
    name: 'all-faults',
    summary: 'Everything that is wrong, at once',
    params: mine,
    body: { title: '', sources: own.sources, imageLocation: 's3://bucket/images', colour: 'red' },
    status: 400,
  },
  {
    operationId: 'importDataset',
    name: 'validated-only',
    summary: 'What it would take',
    params: mine,
    query: { validateOnly: 'true' },
    status: 200,
  },
  { operationId: 'importDataset', name: 'started', summary: 'It goes on in the background', params: mine, status: 202 },
  { operationId: 'cancelImport', name: 'cancelled', summary: 'Changed our mind', params: mine, status: 200 },
  { operationId: 'cancelImport', name: 'none-runs', summary: 'None runs', params: mine, status: 409 },
  { operationId: 'forgetDataset', name: 'forgotten', summary: 'Forgotten', params: mine, status: 204 },
  {
    operationId: 'browseClasses',
    name: 'searched',
    summary: 'Those with `per` in their name',
    params: sample,
    query: { search: 'per', limit: '2' },
    status: 200,
  },
  {
    operationId: 'resolveClasses',
    name: 'resolved',
    summary: 'In whatever case',
    params: sample,
    body: { classNames: ['person', 'Tree'] },
    status: 200,
  },
  {
    operationId: 'resolveClasses',
    name: 'unknown-class',
    summary: 'A name that is misspelt',
    params: sample,
    body: { classNames: ['Persom'] },
    status: 422,
  },
]

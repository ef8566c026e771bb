import type { Step, Told } from './step.ts'

const people = { batch: 'people' }
const crowd = { batch: 'crowd' }
const request = { dataset: 'sample-train', classNames: ['Person', 'Tree'], examplesPerClass: 2 }
const isIn =
  (...states: readonly string[]) =>
  ({ state = '' }: Told): boolean =>
    states.includes(state)

/** Batches: chosen, copied, and their manifest. */
export const BATCH_STEPS: readonly Step[] = [
  {
    operationId: 'createBatch',
    name: 'validated-only',
    summary: 'What it would be',
    params: people,
    query: { validateOnly: 'true' },
    body: request,
    status: 200,
  },
  {
    operationId: 'createBatch',
    name: 'chosen',
    summary: 'Two images of each class',
    params: people,
    body: request,
    status: 201,
  },
  {
    operationId: 'createBatch',
    name: 'other',
    summary: 'Another request under that name',
    params: people,
    body: { ...request, examplesPerClass: 3 },
    status: 409,
  },
  {
    operationId: 'createBatch',
    name: 'in-background',
    summary: 'So many that a worker chooses them',
    params: crowd,
    body: { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3000 },
    status: 202,
  },
  {
    operationId: 'createBatch',
    name: 'unknown-class',
    summary: 'A class that there is not',
    params: { batch: 'wheels' },
    body: { ...request, classNames: ['Tyre', 'Tree'] },
    status: 422,
  },
  {
    operationId: 'createBatch',
    name: 'no-token',
    summary: 'Without a token',
    params: people,
    body: request,
    status: 401,
    anonymous: true,
  },
  { operationId: 'getBatch', name: 'chosen', summary: 'Its images are chosen', params: people, status: 200 },
  {
    operationId: 'getBatch',
    name: 'unknown',
    summary: 'One that is not there',
    params: { batch: 'nobody' },
    status: 404,
  },
  {
    operationId: 'getBatch',
    name: 'all-chosen',
    summary: 'Chosen by a worker',
    params: crowd,
    status: 200,
    until: isIn('selected'),
    unrecorded: true,
  },
  { operationId: 'listBatches', name: 'page', summary: 'One at a time', query: { limit: '1' }, status: 200 },
  {
    operationId: 'startCopy',
    name: 'validated-only',
    summary: 'What it would take',
    params: people,
    query: { validateOnly: 'true' },
    status: 200,
  },
  { operationId: 'startCopy', name: 'started', summary: 'It goes on in the background', params: people, status: 202 },
  {
    operationId: 'getCopy',
    name: 'copied',
    summary: 'All copied',
    params: people,
    status: 200,
    until: isIn('copied'),
  },
  { operationId: 'cancelCopy', name: 'over', summary: 'It has ended already', params: people, status: 409 },
  {
    operationId: 'listBatchImages',
    name: 'page',
    summary: 'One at a time',
    params: people,
    query: { limit: '1' },
    status: 200,
  },
  {
    operationId: 'writeManifest',
    name: 'validated-only',
    summary: 'What it would hold',
    params: people,
    query: { validateOnly: 'true' },
    body: { boxes: 'none' },
    status: 200,
  },
  {
    operationId: 'writeManifest',
    name: 'with-boxes',
    summary: 'With the known boxes, to be adjusted',
    params: people,
    body: { boxes: 'open-images' },
    status: 201,
  },
  {
    operationId: 'writeManifest',
    name: 'plain',
    summary: 'Only where the images are',
    params: people,
    body: {},
    status: 201,
  },
  { operationId: 'getManifest', name: 'lines', summary: 'JSON Lines, one an image', params: people, status: 200 },
  {
    operationId: 'startCopy',
    name: 'of-many',
    summary: 'To be cancelled',
    params: crowd,
    status: 202,
    unrecorded: true,
  },
  { operationId: 'cancelCopy', name: 'cancelled', summary: 'What is copied stays', params: crowd, status: 200 },
]

/** What is left of a batch in the end. */
export const DELETION_STEPS: readonly Step[] = [
  {
    operationId: 'deleteBatch',
    name: 'validated-only',
    summary: 'What would be deleted',
    params: people,
    query: { validateOnly: 'true' },
    status: 200,
  },
  { operationId: 'deleteBatch', name: 'deleted', summary: 'All of it', params: crowd, status: 204 },
]

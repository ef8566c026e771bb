import type { AnswerFields, Step } from './step.ts'

const people = { batch: 'people' }
const crowd = { batch: 'crowd' }
const request = { dataset: 'sample-train', classNames: ['Person', 'Tree'], examplesPerClass: 2 }
const hasState =
  (...states: readonly string[]) =>
  ({ state = '' }: AnswerFields): boolean =>
    states.includes(state)

/** Creating and copying batches, and writing their manifest. */
export const BATCH_STEPS: readonly Step[] = [
  {
    operationId: 'createBatch',
    name: 'validated-only',
    summary: 'Preview the batch; nothing is written',
    params: people,
    query: { validateOnly: 'true' },
    body: request,
    status: 200,
  },
  {
    operationId: 'createBatch',
    name: 'chosen',
    summary: 'Create a batch with two images of each class',
    params: people,
    body: request,
    status: 201,
  },
  {
    operationId: 'createBatch',
    name: 'other',
    summary: 'Another request under an existing name',
    params: people,
    body: { ...request, examplesPerClass: 3 },
    status: 409,
  },
  {
    operationId: 'createBatch',
    name: 'in-background',
    summary: 'So many images that a worker selects them',
    params: crowd,
    body: { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 3000 },
    status: 202,
  },
  {
    operationId: 'createBatch',
    name: 'unknown-class',
    summary: 'A class that does not exist',
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
  {
    operationId: 'getBatch',
    name: 'chosen',
    summary: 'A batch whose images are selected',
    params: people,
    status: 200,
  },
  {
    operationId: 'getBatch',
    name: 'unknown',
    summary: 'A batch that does not exist',
    params: { batch: 'nobody' },
    status: 404,
  },
  {
    operationId: 'getBatch',
    name: 'all-chosen',
    summary: 'A batch that a worker has selected',
    params: crowd,
    status: 200,
    until: hasState('selected'),
    unrecorded: true,
  },
  { operationId: 'listBatches', name: 'page', summary: 'One batch per page', query: { limit: '1' }, status: 200 },
  {
    operationId: 'startCopy',
    name: 'validated-only',
    summary: 'Preview the copy; nothing is written',
    params: people,
    query: { validateOnly: 'true' },
    status: 200,
  },
  {
    operationId: 'startCopy',
    name: 'started',
    summary: 'Start copying in the background',
    params: people,
    status: 202,
  },
  {
    operationId: 'getCopy',
    name: 'copied',
    summary: 'All images are copied',
    params: people,
    status: 200,
    until: hasState('copied'),
  },
  { operationId: 'cancelCopy', name: 'over', summary: 'The copy has already ended', params: people, status: 409 },
  {
    operationId: 'listBatchImages',
    name: 'page',
    summary: 'One image per page',
    params: people,
    query: { limit: '1' },
    status: 200,
  },
  {
    operationId: 'writeManifest',
    name: 'validated-only',
    summary: 'Preview the manifest; nothing is written',
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
    summary: 'With the image locations only',
    params: people,
    body: {},
    status: 201,
  },
  { operationId: 'getManifest', name: 'lines', summary: 'JSON Lines, one per image', params: people, status: 200 },
  {
    operationId: 'startCopy',
    name: 'of-many',
    summary: 'Start a copy that is cancelled later',
    params: crowd,
    status: 202,
    unrecorded: true,
  },
  {
    operationId: 'cancelCopy',
    name: 'cancelled',
    summary: 'Cancel the copy; copied images are kept',
    params: crowd,
    status: 200,
  },
]

/** Deleting batches. */
export const DELETION_STEPS: readonly Step[] = [
  {
    operationId: 'deleteBatch',
    name: 'validated-only',
    summary: 'Preview the deletion; nothing is deleted',
    params: people,
    query: { validateOnly: 'true' },
    status: 200,
  },
  { operationId: 'deleteBatch', name: 'deleted', summary: 'Delete the whole batch', params: crowd, status: 204 },
]

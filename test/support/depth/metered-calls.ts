import type { EndpointRequest } from '../http/call-endpoint.ts'
import { BATCH, WORKTEAM } from './prepared-world.ts'

/** A call whose requests are counted, in a world as {@link preparedWorld} makes it. */
export interface MeteredCall {
  readonly name: string
  readonly operationId: string
  readonly request: EndpointRequest
  /** The status that it must be answered with. */
  readonly status: number
}

const VALIDATE_ONLY = { validateOnly: 'true' }

/**
 * Returns the calls of somebody who makes a batch, labels it, and looks at everything.
 * @param turn a call that changes something finds it unchanged in each turn, from 0
 */
export function meteredCalls(turn = 0): readonly MeteredCall[] {
  const inBatch = (batch: string, more: Omit<EndpointRequest, 'params'> = {}) => ({ params: { batch }, ...more })
  const job = { params: { job: `new-${turn}` }, body: { batch: 'copied', workteamArn: WORKTEAM } }
  const page = { query: { limit: '2' } }
  return [
    {
      name: 'PUT batch, by index',
      operationId: 'createBatch',
      request: inBatch(`new-${turn}`, { body: BATCH }),
      status: 201,
    },
    {
      name: 'its preview',
      operationId: 'createBatch',
      request: inBatch('unused', { body: BATCH, query: VALIDATE_ONLY }),
      status: 200,
    },
    {
      name: 'the same PUT again',
      operationId: 'createBatch',
      request: inBatch('selected', { body: BATCH }),
      status: 200,
    },
    {
      name: 'the same PUT again, after copying',
      operationId: 'createBatch',
      request: inBatch('copied', { body: BATCH }),
      status: 200,
    },
    { name: 'GET batch', operationId: 'getBatch', request: inBatch('copied'), status: 200 },
    { name: 'POST copy', operationId: 'startCopy', request: inBatch(`selected-${turn}`), status: 202 },
    { name: 'GET copy, running', operationId: 'getCopy', request: inBatch('copying'), status: 200 },
    { name: 'GET copy, finished', operationId: 'getCopy', request: inBatch('copied'), status: 200 },
    { name: 'PUT manifest', operationId: 'writeManifest', request: inBatch('copied', { body: {} }), status: 201 },
    { name: 'GET manifest', operationId: 'getManifest', request: inBatch('copied'), status: 200 },
    { name: 'GET images', operationId: 'listBatchImages', request: inBatch('copied', page), status: 200 },
    {
      name: 'GET images, verified',
      operationId: 'listBatchImages',
      request: inBatch('copied', { query: { ...page.query, verify: 'true' } }),
      status: 200,
    },
    {
      name: 'GET images, verified, a page of 40',
      operationId: 'listBatchImages',
      request: inBatch('copied', { query: { limit: '40', verify: 'true' } }),
      status: 200,
    },
    { name: 'GET batches', operationId: 'listBatches', request: page, status: 200 },
    { name: 'GET datasets', operationId: 'listDatasets', request: page, status: 200 },
    { name: 'GET labeling jobs', operationId: 'listLabelingJobs', request: page, status: 200 },
    {
      name: 'DELETE batch, its preview',
      operationId: 'deleteBatch',
      request: inBatch(`doomed-${turn}`, { query: VALIDATE_ONLY }),
      status: 200,
    },
    { name: 'DELETE batch', operationId: 'deleteBatch', request: inBatch(`doomed-${turn}`), status: 204 },
    { name: 'DELETE batch, not copied', operationId: 'deleteBatch', request: inBatch(`rejected-${turn}`), status: 204 },
    { name: 'DELETE batch, while copying', operationId: 'deleteBatch', request: inBatch('copying'), status: 409 },
    {
      name: 'PUT labeling job, its preview',
      operationId: 'createLabelingJob',
      request: { ...job, query: VALIDATE_ONLY },
      status: 200,
    },
    { name: 'PUT labeling job', operationId: 'createLabelingJob', request: job, status: 201 },
  ]
}

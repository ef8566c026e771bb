import { beforeAll, describe, expect, it } from '@jest/globals'
import { findFunctions } from '../../local/functions.ts'
import { MAX_RESPONSE_BYTES } from '../../shared/platform/http/response-limit.ts'
import { closedWork } from '../support/fixtures/closed-work.ts'
import { enter, hire } from '../support/fixtures/workers.ts'
import { callApi } from '../support/http/call-api.ts'
import type { EndpointRequest } from '../support/http/call-endpoint.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import { largeWorld, WIDE_BATCH, WIDE_NAMES, WIDE_REGISTRATION } from './large-world.ts'

interface Case {
  readonly request: EndpointRequest
  /** What the call answers, and at least so many bytes of it: less would not try the limit. */
  readonly status: number
  readonly minBytes?: number
  /** Called with the session of a worker. */
  readonly asWorker?: true
}

const wide = { params: { dataset: 'wide' } }
const batch = { params: { batch: 'wide-0' } }
const job = { params: { job: 'cats-1' } }
const hook = { params: { webhook: 'mine' } }
const ownJob = { params: { job: 'own' } }
/** It has ended, and as many consolidations as a job can have. */
const drawnJob = { params: { job: 'drawn-4' } }
const consolidationName = (number: number): string => String(number).padStart(63, 'c')
const consolidation = { params: { ...drawnJob.params, consolidation: consolidationName(1) } }
const WITHOUT_WORKERS = Array.from({ length: 100 }, (_, worker) => worker.toString(16).padStart(16, '0'))
const NO_TICKET = { ticket: 'x', submitId: 'submit-1', answer: 'empty' }
const worker = { params: { worker: 'a'.repeat(63) } }
const page = { query: { limit: '1000' } }
const MEGABYTE = 1_000_000

/** For each operation a call, in this order, whose answer is as large as it gets. */
const CASES: Readonly<Record<string, Case>> = {
  getHealth: { request: {}, status: 200 },
  getContract: { request: {}, status: 200 },
  getDocs: { request: {}, status: 200 },
  getHome: { request: {}, status: 200 },
  getLabelPage: { request: {}, status: 200 },
  getAppPage: { request: {}, status: 200 },
  getPageAsset: { request: { params: { file: 'build.json' } }, status: 200 },
  getDocsAsset: { request: { params: { asset: 'swagger-ui-bundle.js' } }, status: 200, minBytes: MEGABYTE },
  registerDataset: { request: { ...wide, body: WIDE_REGISTRATION }, status: 200, minBytes: 190_000 },
  getDataset: { request: wide, status: 200, minBytes: 190_000 },
  listDatasets: { request: page, status: 200 },
  browseClasses: { request: { ...wide, ...page }, status: 200, minBytes: 700_000 },
  resolveClasses: { request: { ...wide, body: { classNames: WIDE_NAMES } }, status: 413 },
  importDataset: { request: { ...wide, query: { validateOnly: 'true' } }, status: 200 },
  createBatch: { request: { ...batch, body: WIDE_BATCH }, status: 200, minBytes: MEGABYTE },
  getBatch: { request: batch, status: 200, minBytes: MEGABYTE },
  listBatches: { request: page, status: 200, minBytes: 2 * MEGABYTE },
  listBatchImages: { request: { ...batch, ...page }, status: 200, minBytes: 2 * MEGABYTE },
  getCopy: { request: batch, status: 200, minBytes: 50_000 },
  startCopy: { request: batch, status: 202 },
  cancelCopy: { request: batch, status: 200 },
  getManifest: { request: batch, status: 303 },
  writeManifest: { request: { params: { batch: 'b' }, body: { provenance: true } }, status: 201 },
  createLabelingJob: { request: { ...job, body: {} }, status: 400 },
  getLabelingJob: { request: job, status: 200, minBytes: 900_000 },
  listLabelingJobs: { request: page, status: 200 },
  listAnnotations: { request: { ...job, ...page }, status: 200, minBytes: 2 * MEGABYTE },
  listLabelingJobWorkers: { request: { ...job, ...page }, status: 409 },
  consolidateLabelingJob: { request: { ...drawnJob, body: { name: 'one-more' } }, status: 429 },
  getConsolidation: { request: consolidation, status: 200, minBytes: 2000 },
  listConsolidations: { request: { ...drawnJob, ...page }, status: 200, minBytes: 200_000 },
  stopLabelingJob: { request: job, status: 200 },
  listWorkteams: { request: page, status: 200 },
  fetchTestImages: {
    request: {
      body: {
        urls: Array.from({ length: 100 }, (_, at) => `https://pictures.groundwork.dev/${at}/`.padEnd(2048, 'x')),
      },
    },
    status: 202,
    minBytes: 20_000,
  },
  listTestImages: { request: page, status: 200, minBytes: 20_000 },
  getTestImage: { request: { params: { image: '0'.repeat(32) } }, status: 404 },
  deleteTestImage: { request: { params: { image: '0'.repeat(32) } }, status: 404 },
  registerWebhook: {
    request: { ...hook, body: { url: `https://hooks.groundwork.dev/${'x'.repeat(2000)}`, events: ['batch.copied'] } },
    status: 409,
  },
  getWebhook: { request: hook, status: 200 },
  listWebhooks: { request: page, status: 200 },
  sendTestEvent: { request: hook, status: 202 },
  listDeliveries: { request: { ...hook, ...page }, status: 200 },
  getDelivery: { request: { params: { ...hook.params, delivery: 'dlv_00000000000_0000000000000000' } }, status: 404 },
  redeliverEvent: {
    request: { params: { ...hook.params, delivery: 'dlv_00000000000_0000000000000000' } },
    status: 404,
  },
  rotateSecret: { request: hook, status: 201 },
  enableWebhook: { request: hook, status: 200 },
  removeWebhook: { request: hook, status: 204 },
  createWorker: { request: { ...worker, body: { seats: 200 } }, status: 201 },
  getWorker: { request: worker, status: 200 },
  listWorkers: { request: page, status: 200, minBytes: MEGABYTE },
  rotateLink: { request: worker, status: 201 },
  listMyJobs: { request: page, asWorker: true, status: 200, minBytes: 200_000 },
  nextTasks: { request: { ...ownJob, body: {} }, asWorker: true, status: 200, minBytes: 700_000 },
  renewBlock: {
    request: { ...ownJob, body: { block: '0-0-0123456789abcdef' } },
    asWorker: true,
    status: 200,
    minBytes: 700_000,
  },
  submitAnswer: { request: { params: { ...ownJob.params, line: '1' }, body: NO_TICKET }, asWorker: true, status: 403 },
  listMyAnswers: { request: { ...ownJob, query: { block: '0-0-0123456789abcdef' } }, asWorker: true, status: 200 },
  openSession: { request: { body: { secret: `w.${'0'.repeat(43)}` } }, status: 401 },
  removeWorker: { request: worker, status: 204 },
  deleteBatch: { request: { ...batch, query: { validateOnly: 'true' } }, status: 200 },
  cancelImport: { request: wide, status: 409 },
  forgetDataset: { request: { ...wide, query: { validateOnly: 'true' } }, status: 200 },
}

/** As many boxes as a line of a manifest holds. */
const MANY_BOXES = Array.from({ length: 1200 }, () => ({ className: 'Cat', left: 1, top: 1, width: 5, height: 5 }))

let ports: MemoryPorts
/** Of a worker whose job shows as many boxes as an image can have. */
let session: string
beforeAll(async () => {
  ports = await largeWorld()
  const task = { key: 'data/b/images/1.jpg', width: 400, height: 200, boxes: MANY_BOXES }
  const instructions = { short: 'Draw.', full: 'x'.repeat(200_000) }
  const lines = Array.from({ length: 10 }, () => ({ task }))
  const deadline = new Date(ports.world.now.getTime() + 86_400_000).toISOString()
  closedWork(ports.world, { job: 'own', lines, because: null, deadline, instructions, mode: 'adjust' })
  for (let number = 1; number < 100; number++) {
    const body = { name: consolidationName(number), withoutWorkers: WITHOUT_WORKERS }
    await callApi('consolidateLabelingJob', ports, { ...drawnJob, body })
  }
  session = await enter(ports, await hire(ports, 'own-worker'))
}, 300_000)

const countBytes = (text: string | undefined): number => Buffer.byteLength(text ?? '')

describe('the largest answer of every endpoint', () => {
  it('is known: a new endpoint needs a case here', async () => {
    const { endpoints } = await findFunctions()
    const declared = endpoints.map(({ endpoint }) => (endpoint as unknown as { operationId: string }).operationId)
    expect(Object.keys(CASES).toSorted()).toEqual(declared.filter((id) => id !== 'refuseUnknownPath').toSorted())
  })

  it.each(Object.entries(CASES))(
    'of %s is at most 4 MB, or a link',
    async (operationId, { request, status, asWorker, minBytes = 0 }) => {
      const answer = await callApi(operationId, ports, { ...request, ...(asWorker && { session }) })
      const bytes = countBytes(answer.body)
      expect([operationId, answer.status, bytes <= MAX_RESPONSE_BYTES, bytes >= minBytes]).toEqual([
        operationId,
        status,
        true,
        true,
      ])
      if (status === 303) expect(answer.headers.location).toContain('wide-0/manifests/input.manifest')
      if (status === 413) expect(answer.json.code).toBe('payload-too-large')
    },
  )
})

describe('a list of large items', () => {
  it.each<[string, EndpointRequest, string, number]>([
    ['listBatches', page, 'batch', 6],
    ['listBatchImages', { ...batch, ...page }, 'imageId', 110],
    ['browseClasses', { ...wide, ...page }, 'classId', 20_000],
    ['listAnnotations', { ...job, ...page }, 'line', 20],
  ])('of %s shows each item once, on pages within the limit', async (operationId, request, field, count) => {
    const seen: unknown[] = []
    let pages = 0
    for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
      const query = { ...request.query, ...(cursor && { cursor }) } as Record<string, string>
      const answer = await callApi(operationId, ports, { ...request, query })
      expect([answer.status, countBytes(answer.body) <= MAX_RESPONSE_BYTES]).toEqual([200, true])
      seen.push(...answer.json.items.map((item: Record<string, unknown>) => item[field]))
      cursor = answer.json.nextCursor
    }
    expect([seen.length, new Set(seen).size]).toEqual([count, count])
    expect(pages).toBeGreaterThan(1)
  })
})

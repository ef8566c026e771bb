import { describe, expect, it } from '@jest/globals'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { REQUESTS_PER_IMPORT } from '../../../shared/datasets/import/import-preview.ts'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  CSV,
  imageId,
  listKeys,
  REGISTRATION,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
} from '../../support/fixtures/small-dataset.ts'
import type { Call } from '../../support/world/call.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const WEB = 'https://example.org/boxes.csv'

async function previewAndImport(ports: MemoryPorts) {
  const preview = await previewImport('small', ports)
  ports.world.calls.splice(0)
  await startImport('small', ports)
  await drain(ports)
  expect(readDatasetState(ports).current).toBeDefined()
  return { preview, requests: countRequests(ports.world.calls), objects: listKeys(ports).length }
}

/** Counts requests, without those to SQS. */
const countRequests = (calls: readonly Call[]): number =>
  calls.filter(({ port }) => port !== 'messages').reduce((sum, { requests }) => sum + requests, 0)

/** 140,000 rows, 10 MB: two parts. */
const large = CSV + Array.from({ length: 140_000 }, (_, at) => `${row(imageId(at + 1000), TIRE)}\n`).join('')

describe('previewImport', () => {
  it.each([
    ['a small file', CSV, 's3'],
    ['a file of several parts', large, 's3'],
    ['a file that is read as one stream', large, 'web'],
  ])('predicts the requests and objects of an import of %s', async (_, csv, from) => {
    const annotations = from === 's3' ? REGISTRATION.sources.annotations : WEB
    const sources = { ...REGISTRATION.sources, annotations }
    const ports = await smallDataset({ 'boxes.csv': csv }, { ...REGISTRATION, sources })
    ports.world.web.set(WEB, { bytes: Buffer.from(csv), etag: undefined, ranges: false })
    const { preview, requests, objects } = await previewAndImport(ports)
    expect(preview.objects).toBe(objects)
    expect(requests).toBeLessThanOrEqual(preview.requests)
    expect(requests).toBeGreaterThan(0.75 * preview.requests)
  })

  it('counts every message', async () => {
    const ports = await smallDataset()
    const { preview } = await previewAndImport(ports)
    // Start, four parts, start, one slice of each of the two files with rows, event.
    expect(preview.messages).toBe(9)
  })
})

describe('REQUESTS_PER_IMPORT', () => {
  it('equals the measured requests that do not depend on the number of files, parts and slices', async () => {
    const ports = await smallDataset()
    const [start = [], ...messages] = await meterImport(ports)
    const rounds = messages.filter((calls) => !calls.some(writesReceipt))
    const requests = [
      ...start.filter(({ port, method }) => `${port}.${method}` !== 'files.open'),
      ...rounds.flat(),
      ...messages.flatMap((calls) => findCompletion(calls)).filter((call) => !dependsOnSlices(call)),
    ]
    expect(countRequests(requests)).toBe(REQUESTS_PER_IMPORT)
  })
})

/** Imports a dataset. Returns the calls of `POST …/import`, then those of each message. */
async function meterImport(ports: MemoryPorts): Promise<Call[][]> {
  const metered: Call[][] = []
  const cut = async (): Promise<void> => void metered.push(ports.world.calls.splice(0))
  ports.world.calls.splice(0)
  await describeDataset('small', await startImport('small', ports), ports)
  await cut()
  await drain(ports, { after: cut })
  expect(readDatasetState(ports).current).toBeDefined()
  return metered
}

const RECEIPT = /\/rounds\/(fetch|check)\/1\/\d{4}\.json$/
const writesReceipt = ({ method, key }: Call): boolean => method === 'put' && RECEIPT.test(key)

/** Returns what a chunk does for the whole import: from the end of its round until that is marked as completed. */
function findCompletion(calls: readonly Call[]): Call[] {
  const end = calls.findLastIndex(
    ({ method, key }) => method === 'put' && /\/rounds\/(fetch|check)\/1\.json$/.test(key),
  )
  // Each chunk lists the receipts after it has written its own.
  return calls.slice(calls.findIndex(writesReceipt) + 2, end + 1)
}

/** Reading receipts and parts of the index, and writing the index: their number grows with the files. */
const dependsOnSlices = ({ port, method, key }: Call): boolean =>
  RECEIPT.test(key) ||
  (/\/slices\/\d+\/(images|lists)$/.test(key) && method === 'get') ||
  (port === 'objects' && method === 'put' && key.endsWith('.index'))

import { describe, expect, it } from '@jest/globals'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import {
  CSV,
  imageId,
  keysOf,
  REGISTRATION,
  row,
  smallDataset,
  stateOf,
  TIRE,
} from '../../support/fixtures/small-dataset.ts'
import { drain } from '../../support/world/drain.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const WEB = 'https://example.org/boxes.csv'

/** What an import was told to take, and what it took. */
async function toldAndDone(ports: MemoryPorts) {
  const told = await previewImport('small', ports)
  ports.world.calls.splice(0)
  await startImport('small', ports)
  await drain(ports)
  expect(stateOf(ports).current).toBeDefined()
  const sent = ports.world.calls.filter(({ port }) => port !== 'messages')
  return { told, requests: sent.reduce((sum, { requests }) => sum + requests, 0), objects: keysOf(ports).length }
}

/** 140,000 rows, 10 MB: two parts. */
const large = CSV + Array.from({ length: 140_000 }, (_, at) => `${row(imageId(at + 1000), TIRE)}\n`).join('')

describe('what an import takes', () => {
  it.each([
    ['a small file', CSV, 's3'],
    ['a file of several parts', large, 's3'],
    ['a file that comes as one stream', large, 'web'],
  ])('is told before: %s', async (_, csv, from) => {
    const annotations = from === 's3' ? REGISTRATION.sources.annotations : WEB
    const sources = { ...REGISTRATION.sources, annotations }
    const ports = await smallDataset({ 'boxes.csv': csv }, { ...REGISTRATION, sources })
    ports.world.web.set(WEB, { bytes: Buffer.from(csv), etag: undefined, ranges: false })
    const { told, requests, objects } = await toldAndDone(ports)
    expect(told.objects).toBe(objects)
    expect(requests).toBeLessThanOrEqual(told.requests)
    expect(requests).toBeGreaterThan(0.75 * told.requests)
  })

  it('counts every message', async () => {
    const ports = await smallDataset()
    const { told } = await toldAndDone(ports)
    // Start, four parts, start, one slice, event.
    expect(told.messages).toBe(8)
  })
})

import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { CurrentImport } from '../../shared/contracts/dataset.ts'
import { previewImport, startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import {
  HEADER,
  imageId,
  listEvents,
  listKeys,
  REGISTRATION,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
} from '../support/fixtures/small-dataset.ts'

const BLOCK_BYTES = 8 << 20
const IMAGES = 20_000
const ROWS_PER_IMAGE = 6
const WEB = 'https://example.org/boxes.csv'

const NOTE = `,${'x'.repeat(250)}`
const wideRow = (image: string): string => row(image, TIRE) + NOTE

/** 120,000 rows, 37 MB: five parts, two slices. */
const rows = Array.from({ length: IMAGES * ROWS_PER_IMAGE }, (_, at) =>
  wideRow(imageId(Math.floor(at / ROWS_PER_IMAGE))),
)

const toCsv = (lines: readonly string[]): string => `${[`${HEADER},Note`, ...lines].join('\n')}\n`

/** Returns SHA-256 over the SHA-256s of the blocks, computed without the code under test. */
function expectedContentHash(text: string): string {
  const bytes = Buffer.from(text)
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    hash.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK_BYTES))
        .digest(),
    )
  return `sha256-${hash.digest('hex')}`
}

/** Imports the box CSV from a bucket, or from a web server without range requests. */
async function importCsv(csv: string, from: 's3' | 'stream' = 's3') {
  const annotations = from === 's3' ? REGISTRATION.sources.annotations : WEB
  const ports = await smallDataset(
    { 'boxes.csv': csv },
    { ...REGISTRATION, sources: { ...REGISTRATION.sources, annotations } },
  )
  ports.world.web.set(WEB, { bytes: Buffer.from(csv), etag: undefined, ranges: false })
  const { files } = await previewImport('small', ports)
  await startImport('small', ports)
  const errors = await drain(ports, { reversed: true })
  return { ports, errors, parts: files[0]?.parts, state: readDatasetState(ports) }
}

describe('importing a box file of several parts and slices', () => {
  const csv = toCsv(rows)
  let current: CurrentImport
  beforeAll(async () => {
    const { ports, errors, parts, state } = await importCsv(csv)
    expect({ errors, parts, events: listEvents(ports).length }).toEqual({ errors: [], parts: 5, events: 1 })
    current = state.current!
    const receipts = listKeys(ports).filter((key) => /\/rounds\/check\/1\/\d+\.json$/.test(key))
    // Two slices of the box file, and one of the image list.
    expect(receipts).toHaveLength(3)
    const stored = ports.world.stored.get(`s3://work/data/raw/small/${current.importId}/annotations-bbox.csv`)
    expect(Buffer.from(csv).equals(stored!.bytes)).toBe(true)
  })

  it('counts all rows and detects that they are grouped by image', () => {
    expect(current).toMatchObject({ imageCount: IMAGES, boxCount: rows.length, annotations: { groupedByImage: true } })
  })
  it('computes the hash of the 8 MiB blocks, the same when the file comes as one stream', async () => {
    expect(current.annotations.contentHash).toBe(expectedContentHash(csv))
    const { parts, state } = await importCsv(csv, 'stream')
    expect(parts).toBe(1)
    expect(state.current?.annotations.contentHash).toBe(current.annotations.contentHash)
  })
  it('builds no index when an image of the first slice appears again in the last', async () => {
    const { state } = await importCsv(toCsv([...rows, wideRow(imageId(3))]))
    expect(state.current).toMatchObject({ imageCount: IMAGES, annotations: { groupedByImage: false } })
    expect(state.current?.index).toBeUndefined()
  })
  it('builds no index when an image has more than 16 MiB of rows', async () => {
    const { state } = await importCsv(toCsv(Array(60_000).fill(wideRow(imageId(3)))))
    expect(state.current).toMatchObject({ imageCount: 1, boxCount: 60_000, annotations: { groupedByImage: true } })
    expect(state.current?.index).toBeUndefined()
  })
  it('reports the line and byte of the first invalid row, counted from the start of the file', async () => {
    const bad = rows.with(110_000, wideRow('x')).with(115_000, '')
    const byte = Buffer.byteLength(toCsv(bad.slice(0, 110_000)))
    const { state } = await importCsv(toCsv(bad))
    for (const value of ['annotations-bbox.csv', '110002', String(byte), 'ImageID', '"x"'])
      expect(state.problem?.detail).toContain(value)
  })
})

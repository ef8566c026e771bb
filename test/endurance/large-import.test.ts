import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { CurrentImport } from '../../shared/contracts/dataset.ts'
import { previewImport, startImport } from '../../shared/datasets/import/start-import.ts'
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
import { drain } from '../support/world/drain.ts'

const BLOCK = 8 << 20
const IMAGES = 20_000
const ROWS_EACH = 6
const WEB = 'https://example.org/boxes.csv'

const NOTE = `,${'x'.repeat(250)}`
const wideRow = (image: string): string => row(image, TIRE) + NOTE

/** 120,000 rows, 37 MB: five parts, two slices. */
const rows = Array.from({ length: IMAGES * ROWS_EACH }, (_, at) => wideRow(imageId(Math.floor(at / ROWS_EACH))))

const textOf = (lines: readonly string[]): string => `${[`${HEADER},Note`, ...lines].join('\n')}\n`

/** SHA-256 over the SHA-256s of the blocks, said plainly. */
function plainContentHash(text: string): string {
  const bytes = Buffer.from(text)
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += BLOCK)
    hash.update(
      createHash('sha256')
        .update(bytes.subarray(at, at + BLOCK))
        .digest(),
    )
  return `sha256-${hash.digest('hex')}`
}

/** Imports the box CSV from a bucket, or from a web server that knows no ranges. */
async function imported(csv: string, from: 's3' | 'stream' = 's3') {
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

describe('a file of several parts and slices', () => {
  const csv = textOf(rows)
  let current: CurrentImport
  beforeAll(async () => {
    const { ports, errors, parts, state } = await imported(csv)
    expect({ errors, parts, events: listEvents(ports).length }).toEqual({ errors: [], parts: 5, events: 1 })
    current = state.current!
    const receipts = listKeys(ports).filter((key) => /\/rounds\/check\/1\/\d+\.json$/.test(key))
    expect(receipts).toHaveLength(2)
    const stored = ports.world.stored.get(`s3://work/data/raw/small/${current.importId}/annotations-bbox.csv`)
    expect(Buffer.from(csv).equals(stored!.bytes)).toBe(true)
  })

  it('is counted whole, and known to be grouped', () => {
    expect(current).toMatchObject({ imageCount: IMAGES, boxCount: rows.length, annotations: { groupedByImage: true } })
  })
  it('has the content hash of its 8 MiB blocks, the same when it comes as one stream', async () => {
    expect(current.annotations.contentHash).toBe(plainContentHash(csv))
    const { parts, state } = await imported(csv, 'stream')
    expect(parts).toBe(1)
    expect(state.current?.annotations.contentHash).toBe(current.annotations.contentHash)
  })
  it('is not grouped when an image of the first slice comes again in the last, and so has no index', async () => {
    const { state } = await imported(textOf([...rows, wideRow(imageId(3))]))
    expect(state.current).toMatchObject({ imageCount: IMAGES, annotations: { groupedByImage: false } })
    expect(state.current?.index).toBeUndefined()
  })
  it('has no index when an image has more than 16 MiB of rows', async () => {
    const { state } = await imported(textOf(Array(60_000).fill(wideRow(imageId(3)))))
    expect(state.current).toMatchObject({ imageCount: 1, boxCount: 60_000, annotations: { groupedByImage: true } })
    expect(state.current?.index).toBeUndefined()
  })
  it('is refused with the line and byte of the first fault, counted over the slices before', async () => {
    const bad = rows.with(110_000, wideRow('x')).with(115_000, '')
    const byte = Buffer.byteLength(textOf(bad.slice(0, 110_000)))
    const { state } = await imported(textOf(bad))
    expect(state.problem?.detail).toContain(`annotations-bbox.csv, line 110002, byte ${byte}: ImageID "x" is not`)
  })
})

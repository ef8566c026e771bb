import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { buildIndex } from '../support/fixtures/built-index.ts'

const ROOT = new URL('../../', import.meta.url)
const SCRIPT = new URL('examples/read-index.mjs', ROOT).pathname
const IMAGES = 400
/** Images per class, up to the limits of pages and beyond. */
const COUNTS: Readonly<Record<string, number>> = {
  '/m/0every': IMAGES,
  '/m/0page': 63,
  '/m/0page_1': 64,
  '/g/0pages': 126,
  '/m/0one': 1,
}
const CSV = boxCsv()

/** Creates a CSV of images that are not sorted by id. Each class is spread over the file, with several boxes in some images. */
function boxCsv(): string {
  const lines = ['Note,ImageID,LabelName,XMin,XMax,YMin,YMax']
  for (let image = 0; image < IMAGES; image++) {
    const imageId = BigInt.asUintN(64, BigInt(image + 1) * 0x9e3779b97f4a7c15n)
    for (const [classId, count] of Object.entries(COUNTS)) {
      if (Math.floor(((image + 1) * count) / IMAGES) === Math.floor((image * count) / IMAGES)) continue
      const row = [imageId.toString(16).padStart(16, '0'), classId, 0, 0.5, 0.25, 1].join(',')
      lines.push(`é,${row}`)
      if (image % 7 === 0) lines.push(`,${row}`)
    }
  }
  return lines.join('\r\n')
}

interface PlainImage {
  readonly imageId: string
  readonly start: number
  length: number
  readonly rows: string[]
}

/** Reads the images of the CSV plainly, line by line. */
function readImages(csv: string): PlainImage[] {
  const images: PlainImage[] = []
  let start = 0
  for (const [at, line] of csv.split(/(?<=\n)/).entries()) {
    const row = line.trimEnd()
    const imageId = row.split(',')[1]!
    const length = Buffer.byteLength(line)
    const open = images.at(-1)
    if (open?.imageId === imageId) {
      open.length += length
      open.rows.push(row)
    } else if (at > 0) images.push({ imageId, start, length, rows: [row] })
    start += length
  }
  return images
}

const hasClass = (row: string, classId: string): boolean => row.split(',')[2] === classId

let directory: string
let index: Buffer
let csvPath: string
let indexPath: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-index-'))
  index = await buildIndex(CSV, [3000, 11_000, 11_050, 20_000])
  csvPath = await store('annotations-bbox.csv', CSV)
  indexPath = await store('annotations-bbox.index', index)
})
afterAll(() => rm(directory, { recursive: true }))

async function store(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(directory, name), content)
  return join(directory, name)
}

/** Runs the script and parses its output, which is JSON Lines. */
const read = (...args: string[]) =>
  new Promise<{ status: unknown; lines: unknown[]; stderr: string }>((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '' }
    execFile(process.execPath, [SCRIPT, ...args], { env }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').slice(0, -1)
      resolve({ status: error?.code ?? 0, lines: lines.map((line) => JSON.parse(line)), stderr })
    })
  })

describe('examples/read-index.mjs', () => {
  it('lists the classes with their images and boxes', async () => {
    const rows = CSV.split('\r\n')
    const classes = Object.keys(COUNTS).toSorted()
    expect(await read(indexPath)).toEqual({
      status: 0,
      lines: classes.map((classId) => ({
        classId,
        images: COUNTS[classId],
        boxes: rows.filter((row) => hasClass(row, classId)).length,
      })),
      stderr: '',
    })
  })

  it.each(Object.keys(COUNTS))('prints the images of %s with their rows', async (classId) => {
    const images = readImages(CSV).filter(({ rows }) => rows.some((row) => hasClass(row, classId)))
    expect(images.length).toBe(COUNTS[classId])
    expect(await read(indexPath, classId, '--rows', csvPath)).toEqual({ status: 0, lines: images, stderr: '' })
  })

  it('reads only the pages it needs', async () => {
    const corrupt = Buffer.from(index)
    const { length } = corrupt
    // The last list has 64 records, so its second page is one record and its checksum.
    corrupt.writeUInt8(corrupt.readUInt8(length - 32) ^ 1, length - 32)
    const path = await store('corrupt-page.index', corrupt)
    const images = readImages(CSV).filter(({ rows }) => rows.some((row) => hasClass(row, '/m/0page_1')))
    const lines = images.slice(0, 63).map(({ imageId, start, length }) => ({ imageId, start, length }))
    expect(await read(path, '/m/0page_1', '--limit', '63')).toEqual({ status: 0, lines, stderr: '' })
    expect(await read(path, '/m/0page_1')).toEqual({
      status: 1,
      lines,
      stderr: expect.stringMatching(new RegExp(`^${path} .*CRC-32.* ${length - 32}\\b`)),
    })
  })

  /** Returns the index with a changed byte in its head and a valid CRC-32. */
  const withByte = (at: number, value: number): Buffer => {
    const changed = Buffer.from(index)
    const check = changed.readUInt32BE(12) - 4
    changed.writeUInt8(value, at)
    changed.writeUInt32BE(crc32(changed.subarray(0, check)), check)
    return changed
  }
  const corrupt = (): Buffer => Buffer.from(index).fill('x', 50, 51)

  it.each([
    ['is another file', () => CSV, 'GWBOXIDX'],
    ['ends within its first fields', () => index.subarray(0, 41), 'GWBOXIDX'],
    ['is cut off', () => index.subarray(0, -16), 'bytes, not'],
    ['has a corrupt head', corrupt, 'CRC-32'],
    ['is newer', () => withByte(9, 2), 'version 1, not 2'],
    ['has other flags', () => withByte(11, 3), 'flags'],
    ['was built from a CSV of another size', () => withByte(31, index.readUInt8(31) ^ 1), 'was built from a CSV of'],
  ])('rejects an index that %s', async (name, content, message) => {
    const path = await store(`${name}.index`, content())
    const stderr = expect.stringContaining(message)
    expect(await read(path, '/m/0one', '--rows', csvPath)).toEqual({ status: 1, lines: [], stderr })
  })

  it.each([[['--help']], [['boxes.index', '--limit', '3']]])('prints its usage for %j', async (words) => {
    expect(await read(...words)).toMatchObject({ status: 1, lines: [], stderr: expect.stringMatching(/^usage: /) })
  })

  it('rejects a CSV of the same size with other rows', async () => {
    const [header, ...rows] = CSV.split('\r\n')
    const other = await store('other.csv', [header, ...rows.toReversed()].join('\r\n'))
    const stderr = expect.stringContaining(other)
    expect(await read(indexPath, '/m/0one', '--rows', other)).toEqual({ status: 1, lines: [], stderr })
  })
})

describe('the example in docs/index-format.md', () => {
  it('equals the index of its CSV', async () => {
    const page = await readFile(new URL('docs/index-format.md', ROOT), 'utf8')
    const [, csv = '', lines = ''] = /```csv\n([\s\S]+?)```[\s\S]+```text\n([\s\S]+?)```/.exec(page) ?? []
    const etag = `"${createHash('md5').update(csv).digest('hex')}"`
    const built = await buildIndex(csv, [], etag)
    const shown = lines
      .trimEnd()
      .split('\n')
      .map((line) => /^ *(\d+) {2}([0-9a-f]{2}(?: [0-9a-f]{2})*) {2,}\S/.exec(line)!)
    let offset = 0
    for (const [line, at, hex] of shown) {
      expect([line, Number(at)]).toEqual([line, offset])
      offset += hex!.split(' ').length
    }
    expect(shown.map(([, , hex]) => hex).join(' ')).toBe(built.toString('hex').replaceAll(/..(?!$)/g, '$& '))
    for (const text of [etag, `two images and ${csv.length} bytes`, `has ${built.length} bytes`])
      expect(page).toContain(text)
  })
})

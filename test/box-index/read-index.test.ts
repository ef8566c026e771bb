import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { builtIndex } from '../support/fixtures/built-index.ts'

const ROOT = new URL('../../', import.meta.url)
const SCRIPT = new URL('examples/read-index.mjs', ROOT).pathname
const IMAGES = 400
/** How many images have each class: up to the edges of pages, and beyond. */
const COUNTS: Readonly<Record<string, number>> = {
  '/m/0every': IMAGES,
  '/m/0page': 63,
  '/m/0page_1': 64,
  '/g/0pages': 126,
  '/m/0one': 1,
}
const CSV = boxCsv()

/** Images in no order of their ids, each class spread over the file, several boxes of it here and there. */
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

/** The images of the CSV as its lines tell them, one after another. */
function plainImages(csv: string): PlainImage[] {
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
  index = await builtIndex(CSV, [3000, 11_000, 11_050, 20_000])
  csvPath = await stored('annotations-bbox.csv', CSV)
  indexPath = await stored('annotations-bbox.index', index)
})
afterAll(() => rm(directory, { recursive: true }))

async function stored(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(directory, name), content)
  return join(directory, name)
}

/** Runs the script. What it prints is lines of JSON. */
const read = (...args: string[]) =>
  new Promise<{ status: unknown; lines: unknown[]; stderr: string }>((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '' }
    execFile(process.execPath, [SCRIPT, ...args], { env }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').slice(0, -1)
      resolve({ status: error?.code ?? 0, lines: lines.map((line) => JSON.parse(line)), stderr })
    })
  })

describe('the script that reads an index', () => {
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

  it.each(Object.keys(COUNTS))('prints the images of %s as the CSV has them', async (classId) => {
    const images = plainImages(CSV).filter(({ rows }) => rows.some((row) => hasClass(row, classId)))
    expect(images.length).toBe(COUNTS[classId])
    expect(await read(indexPath, classId, '--rows', csvPath)).toEqual({ status: 0, lines: images, stderr: '' })
  })

  it('reads no page that it does not need', async () => {
    const spoilt = Buffer.from(index)
    const { length } = spoilt
    // The last list of all is the one of 64 records: its second page is a record and its check.
    spoilt.writeUInt8(spoilt.readUInt8(length - 32) ^ 1, length - 32)
    const path = await stored('spoilt-page.index', spoilt)
    const images = plainImages(CSV).filter(({ rows }) => rows.some((row) => hasClass(row, '/m/0page_1')))
    const lines = images.slice(0, 63).map(({ imageId, start, length }) => ({ imageId, start, length }))
    expect(await read(path, '/m/0page_1', '--limit', '63')).toEqual({ status: 0, lines, stderr: '' })
    expect(await read(path, '/m/0page_1')).toEqual({
      status: 1,
      lines,
      stderr: `${path} is spoilt: its CRC-32 is not that of the page at byte ${length - 32}\n`,
    })
  })

  /** The index with this byte of its head changed, and the head's CRC-32 made right again. */
  const withByte = (at: number, value: number): Buffer => {
    const changed = Buffer.from(index)
    const check = changed.readUInt32BE(12) - 4
    changed.writeUInt8(value, at)
    changed.writeUInt32BE(crc32(changed.subarray(0, check)), check)
    return changed
  }
  const spoilt = (): Buffer => Buffer.from(index).fill('x', 50, 51)

  it.each([
    ['is none', () => CSV, 'is no index'],
    ['ends in its first fields', () => index.subarray(0, 41), 'is no index'],
    ['is cut off', () => index.subarray(0, -16), 'is spoilt: it has'],
    ['has a spoilt head', spoilt, "is spoilt: its CRC-32 is not the head's"],
    ['is newer', () => withByte(9, 2), 'has version 2 of the format; only version 1 is known here'],
    ['has other flags', () => withByte(11, 3), 'has flags that are not known here'],
    ['is of a CSV of another size', () => withByte(31, index.readUInt8(31) ^ 1), 'the index is of a CSV of'],
  ])('refuses an index that %s', async (name, content, message) => {
    const path = await stored(`${name}.index`, content())
    const stderr = expect.stringContaining(message)
    expect(await read(path, '/m/0one', '--rows', csvPath)).toEqual({ status: 1, lines: [], stderr })
  })

  it.each([[['--help']], [['boxes.index', '--limit', '3']]])('says how it is used: %j', async (words) => {
    expect(await read(...words)).toMatchObject({ status: 1, lines: [], stderr: expect.stringMatching(/^usage: /) })
  })

  it('refuses a CSV of the same size that has other rows', async () => {
    const [header, ...rows] = CSV.split('\r\n')
    const other = await stored('other.csv', [header, ...rows.toReversed()].join('\r\n'))
    const stderr = `${other} is not the CSV that the index was made from\n`
    expect(await read(indexPath, '/m/0one', '--rows', other)).toEqual({ status: 1, lines: [], stderr })
  })
})

describe('the example of the format', () => {
  it('is what is built from the CSV that it shows', async () => {
    const page = await readFile(new URL('docs/index-format.md', ROOT), 'utf8')
    const [, csv = '', lines = ''] = /```csv\n([\s\S]+?)```[\s\S]+```text\n([\s\S]+?)```/.exec(page) ?? []
    const etag = `"${createHash('md5').update(csv).digest('hex')}"`
    const built = await builtIndex(csv, [], etag)
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
    for (const told of [etag, `two images and ${csv.length} bytes`, `has ${built.length} bytes`])
      expect(page).toContain(told)
  })
})

// Reads `annotations-bbox.index`, as docs/index-format.md describes it. Needs nothing but Node: 20.15, 22.2 or later.
//
//   node read-index.mjs annotations-bbox.index                 the classes, with how many images and boxes they have
//   node read-index.mjs annotations-bbox.index /m/01g317       the images of a class, in file order
//     --limit 5                                                no more than 5 of them
//     --rows annotations-bbox.csv                              with their rows
//
// Prints a line of JSON for each class or image.
import { fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'

const USAGE = 'usage: node read-index.mjs INDEX [CLASS-ID [--rows CSV] [--limit NUMBER]]'
const VERSION = 1
const GROUPED_BY_IMAGE = 1
const FIXED_BYTES = 38
const CHECK_BYTES = 4
const RECORD_BYTES = 16
const PAGE_RECORDS = 63

const number = (bytes, at) => Number(bytes.readBigUInt64BE(at))

function fail(message) {
  throw new Error(message)
}

/** A file of which only those bytes [start, end) are read that are asked for. */
function openFile(path) {
  const file = openSync(path)
  const { size } = fstatSync(file)
  const read = (start, end) => {
    const bytes = Buffer.alloc(end - start)
    if (readSync(file, bytes, 0, end - start, start) < end - start) fail(`${path} ends before byte ${end}`)
    return bytes
  }
  return { path, size, read }
}

/** The size of the CSV that the index was made from, and by class id where the lists are. */
function readHead({ path, size, read }) {
  const least = FIXED_BYTES + CHECK_BYTES
  const first = read(0, Math.min(least, size))
  if (first.length < least || first.toString('latin1', 0, 8) !== 'GWBOXIDX') fail(`${path} is no index`)
  const version = first.readUInt16BE(8)
  if (version !== VERSION) fail(`${path} has version ${version} of the format; only version ${VERSION} is known here`)
  const indexBytes = number(first, 16)
  if (indexBytes !== size) fail(`${path} is spoilt: it has ${size} bytes where ${indexBytes} were written`)
  const headBytes = first.readUInt32BE(12)
  if (headBytes < least || headBytes > size) fail(`${path} is spoilt: no head has ${headBytes} bytes`)

  const head = read(0, headBytes)
  const end = headBytes - CHECK_BYTES
  if (crc32(head.subarray(0, end)) !== head.readUInt32BE(end)) fail(`${path} is spoilt: its CRC-32 is not the head's`)
  if (head.readUInt16BE(10) !== GROUPED_BY_IMAGE) fail(`${path} has flags that are not known here`)
  const lists = new Map()
  for (let at = FIXED_BYTES + head.readUInt16BE(36); at < end; ) {
    const numbers = at + 1 + head.readUInt8(at)
    const [images, boxes, offset] = [0, 8, 16].map((behind) => number(head, numbers + behind))
    lists.set(head.toString('latin1', at + 1, numbers), { images, boxes, offset })
    at = numbers + 24
  }
  return { csvBytes: number(head, 24), lists }
}

/** The images of a list, in file order. Reads a page when its first image is asked for. */
function* imagesOf({ path, read }, { images, offset }) {
  for (let first = 0; first < images; first += PAGE_RECORDS) {
    const start = offset + RECORD_BYTES * (first + first / PAGE_RECORDS)
    const check = RECORD_BYTES * Math.min(PAGE_RECORDS, images - first)
    const page = read(start, start + check + RECORD_BYTES)
    if (crc32(page.subarray(0, check)) !== page.readUInt32BE(check))
      fail(`${path} is spoilt: its CRC-32 is not that of the page at byte ${start}`)
    for (let at = 0; at < check; at += RECORD_BYTES) {
      const imageId = page.toString('hex', at, at + 8)
      yield { imageId, start: page.readUIntBE(at + 8, 5), length: page.readUIntBE(at + 13, 3) }
    }
  }
}

/** The image's rows, without their line ends. A local file has no ETag, so each row is held against the image. */
function rowsOf({ path, read }, { imageId, start, length }) {
  const text = read(start, start + length).toString()
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/)
  return rows.every((row) => row.includes(imageId)) ? rows : fail(`${path} is not the CSV that the index was made from`)
}

function* answer(words) {
  const option = (name) => (words.includes(name) ? (words.splice(words.indexOf(name), 2)[1] ?? '') : undefined)
  const [csvPath, limit] = [option('--rows'), option('--limit')]
  const [indexPath, classId, ...others] = words
  const isWrong = !indexPath || others.length > 0 || [indexPath, classId].some((word) => word?.startsWith('-'))
  if (isWrong || csvPath === '' || !/^[1-9]\d*$/.test(limit ?? '1')) fail(USAGE)
  if (classId === undefined && (csvPath ?? limit) !== undefined) fail(USAGE)

  const index = openFile(indexPath)
  const { csvBytes, lists } = readHead(index)
  const csv = csvPath && openFile(csvPath)
  if (csv && csv.size !== csvBytes) fail(`${csvPath} has ${csv.size} bytes; the index is of a CSV of ${csvBytes}`)
  if (classId === undefined)
    return yield* Array.from(lists, ([id, { images, boxes }]) => ({ classId: id, images, boxes }))
  const list = lists.get(classId) ?? fail(`no image has the class ${classId}; the classes are ids like /m/01g317`)
  let left = Number(limit ?? list.images)
  for (const image of imagesOf(index, list)) {
    yield csv ? { ...image, rows: rowsOf(csv, image) } : image
    if (--left === 0) return
  }
}

// Who reads what it prints may have had enough: `| head`.
process.stdout.on('error', () => process.exit())
try {
  for (const line of answer(process.argv.slice(2))) process.stdout.write(`${JSON.stringify(line)}\n`)
} catch ({ message }) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

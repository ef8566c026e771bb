// Reads `annotations-bbox.index`; docs/index-format.md describes the format. Requires Node 20.15, 22.2 or later.
// Prints JSON Lines: one object per class or image.
//
//   node read-index.mjs annotations-bbox.index                 classes with their image and box counts
//   node read-index.mjs annotations-bbox.index /m/01g317       images of a class, in file order
//     --limit 5                                                at most 5 of them
//     --rows annotations-bbox.csv                              with their rows
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

/** Opens a file to read byte ranges [start, end) of it. */
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

/** Reads the size of the CSV that the index was built from, and the directory of lists by class id. */
function readHead({ path, size, read }) {
  const minBytes = FIXED_BYTES + CHECK_BYTES
  const first = read(0, Math.min(minBytes, size))
  if (first.length < minBytes || first.toString('latin1', 0, 8) !== 'GWBOXIDX')
    fail(`${path} is not an index: it must begin with GWBOXIDX`)
  const version = first.readUInt16BE(8)
  if (version !== VERSION) fail(`${path} must have format version ${VERSION}, not ${version}`)
  const indexBytes = number(first, 16)
  if (indexBytes !== size) fail(`${path} is corrupt: it must have ${indexBytes} bytes, not ${size}`)
  const headBytes = first.readUInt32BE(12)
  if (headBytes < minBytes || headBytes > size) fail(`${path} is corrupt: its head cannot have ${headBytes} bytes`)

  const head = read(0, headBytes)
  const end = headBytes - CHECK_BYTES
  if (crc32(head.subarray(0, end)) !== head.readUInt32BE(end))
    fail(`${path} is corrupt: the CRC-32 of its head does not match`)
  if (head.readUInt16BE(10) !== GROUPED_BY_IMAGE) fail(`${path} has unknown flags`)
  const lists = new Map()
  for (let at = FIXED_BYTES + head.readUInt16BE(36); at < end; ) {
    const numbers = at + 1 + head.readUInt8(at)
    const [images, boxes, offset] = [0, 8, 16].map((field) => number(head, numbers + field))
    lists.set(head.toString('latin1', at + 1, numbers), { images, boxes, offset })
    at = numbers + 24
  }
  return { csvBytes: number(head, 24), lists }
}

/** Yields the images of a list, in file order. Reads pages lazily. */
function* listImages({ path, read }, { images, offset }) {
  for (let first = 0; first < images; first += PAGE_RECORDS) {
    const start = offset + RECORD_BYTES * (first + first / PAGE_RECORDS)
    const check = RECORD_BYTES * Math.min(PAGE_RECORDS, images - first)
    const page = read(start, start + check + RECORD_BYTES)
    if (crc32(page.subarray(0, check)) !== page.readUInt32BE(check))
      fail(`${path} is corrupt: the CRC-32 of the page at byte ${start} does not match`)
    for (let at = 0; at < check; at += RECORD_BYTES) {
      const imageId = page.toString('hex', at, at + 8)
      yield { imageId, start: page.readUIntBE(at + 8, 5), length: page.readUIntBE(at + 13, 3) }
    }
  }
}

/** Reads the image's rows, without line ends. A local file has no ETag, so each row is checked for the image id. */
function readRows({ path, read }, { imageId, start, length }) {
  const text = read(start, start + length).toString()
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/)
  return rows.every((row) => row.includes(imageId))
    ? rows
    : fail(`${path} is not the CSV that the index was built from`)
}

function* run(args) {
  const option = (name) => (args.includes(name) ? (args.splice(args.indexOf(name), 2)[1] ?? '') : undefined)
  const [csvPath, limit] = [option('--rows'), option('--limit')]
  const [indexPath, classId, ...others] = args
  const isWrong = !indexPath || others.length > 0 || [indexPath, classId].some((arg) => arg?.startsWith('-'))
  if (isWrong || csvPath === '' || !/^[1-9]\d*$/.test(limit ?? '1')) fail(USAGE)
  if (classId === undefined && (csvPath ?? limit) !== undefined) fail(USAGE)

  const index = openFile(indexPath)
  const { csvBytes, lists } = readHead(index)
  const csv = csvPath && openFile(csvPath)
  if (csv && csv.size !== csvBytes)
    fail(`${csvPath} has ${csv.size} bytes; the index was built from a CSV of ${csvBytes}`)
  if (classId === undefined)
    return yield* Array.from(lists, ([id, { images, boxes }]) => ({ classId: id, images, boxes }))
  const list = lists.get(classId) ?? fail(`The index has no class ${classId}; expected an id like /m/01g317`)
  let remaining = Number(limit ?? list.images)
  for (const image of listImages(index, list)) {
    yield csv ? { ...image, rows: readRows(csv, image) } : image
    if (--remaining === 0) return
  }
}

// The reader of the output may close the pipe early, as `| head` does.
process.stdout.on('error', () => process.exit())
try {
  for (const line of run(process.argv.slice(2))) process.stdout.write(`${JSON.stringify(line)}\n`)
} catch ({ message }) {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

import { crc32 } from 'node:zlib'
import { UnusableIndexError } from './index-unusable.ts'
import { type DirectoryEntry, listBytes } from './pages.ts'

/** What stands before the lists. All of it, and what follows it, is described in docs/index-format.md. */
export interface IndexHead {
  /** The box CSV that it was made from. */
  readonly csv: CsvVersion
  /** By class id, in byte order; the lists follow one another in this order. */
  readonly lists: ReadonlyMap<string, DirectoryEntry>
}

/** One version of a box CSV: its ETag as S3 gives it, with its quotes, and its size in bytes. */
export interface CsvVersion {
  readonly etag: string
  readonly bytes: number
}

const MAGIC = Buffer.from('GWBOXIDX', 'latin1')
const VERSION = 1
const GROUPED_BY_IMAGE = 1

/** Where each of the fixed fields is. */
const AT = {
  version: 8,
  flags: 10,
  headBytes: 12,
  indexBytes: 16,
  csvBytes: 24,
  classCount: 32,
  etagBytes: 36,
  etag: 38,
}
/** For each class: the length of its id (1), the id, images (8), boxes (8), offset (8). */
const ENTRY_BYTES = 25
const CHECK_BYTES = 4

/** As much as tells how long the head is. */
const LEAST_HEAD_BYTES: number = AT.etag + CHECK_BYTES

/** Lists in byte order of their class ids, with where each will be. @param counts of each class, in any order */
export function placeLists(
  counts: ReadonlyMap<string, Omit<DirectoryEntry, 'offset'>>,
  csv: CsvVersion,
): Map<string, DirectoryEntry> {
  const inOrder = [...counts].sort(([one], [other]) => (one < other ? -1 : 1))
  const names = inOrder.reduce((sum, [classId]) => sum + classId.length, 0)
  let offset = AT.etag + csv.etag.length + inOrder.length * ENTRY_BYTES + names + CHECK_BYTES
  const places = new Map<string, DirectoryEntry>()
  for (const [classId, { images, boxes }] of inOrder) {
    places.set(classId, { images, boxes, offset })
    offset += listBytes(images)
  }
  return places
}

/** @param lists as `placeLists` places them */
export function encodeHead({ csv, lists }: IndexHead): Buffer {
  const entries = [...lists].map(([classId, place]) => encodeEntry(classId, place))
  const fixed = Buffer.alloc(AT.etag)
  const etag = Buffer.from(csv.etag, 'latin1')
  const entriesBytes = entries.reduce((sum, { length }) => sum + length, 0)
  const headBytes = fixed.length + etag.length + entriesBytes + CHECK_BYTES
  MAGIC.copy(fixed)
  fixed.writeUInt16BE(VERSION, AT.version)
  fixed.writeUInt16BE(GROUPED_BY_IMAGE, AT.flags)
  fixed.writeUInt32BE(headBytes, AT.headBytes)
  writeLong(fixed, endOf(lists, headBytes), AT.indexBytes)
  writeLong(fixed, csv.bytes, AT.csvBytes)
  fixed.writeUInt32BE(lists.size, AT.classCount)
  fixed.writeUInt16BE(etag.length, AT.etagBytes)
  const head = Buffer.concat([fixed, etag, ...entries, Buffer.alloc(CHECK_BYTES)])
  head.writeUInt32BE(crc32(head.subarray(0, -CHECK_BYTES)), head.length - CHECK_BYTES)
  return head
}

function encodeEntry(classId: string, { images, boxes, offset }: DirectoryEntry): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES + classId.length)
  entry.writeUInt8(classId.length, 0)
  const numbers = 1 + entry.write(classId, 1, 'latin1')
  for (const [at, number] of [images, boxes, offset].entries()) writeLong(entry, number, numbers + 8 * at)
  return entry
}

/** Where the last list ends. */
const endOf = (lists: ReadonlyMap<string, DirectoryEntry>, headBytes: number): number =>
  [...lists.values()].reduce((end, { images }) => end + listBytes(images), headBytes)

/**
 * How many bytes the head has, told by its first ones.
 * @param size of the whole index
 * @throws IndexUnusable when they do not begin an index of this version, or one that is whole
 */
export function countHeadBytes(first: Buffer, size: number): number {
  if (first.length < LEAST_HEAD_BYTES || !first.subarray(0, MAGIC.length).equals(MAGIC))
    throw new UnusableIndexError('it does not begin as an index does')
  const version = first.readUInt16BE(AT.version)
  if (version !== VERSION)
    throw new UnusableIndexError(`its format has version ${version}, and only version ${VERSION} is known here`)
  const indexBytes = readLong(first, AT.indexBytes)
  if (indexBytes !== size) throw new UnusableIndexError(`it has ${size} bytes where ${indexBytes} were written`)
  const headBytes = first.readUInt32BE(AT.headBytes)
  if (headBytes < LEAST_HEAD_BYTES || headBytes > size) throw new UnusableIndexError('its head is not what was written')
  return headBytes
}

/** @param head all of it @throws IndexUnusable when it is not what was written */
export function decodeHead(head: Buffer): IndexHead {
  const check = head.length - CHECK_BYTES
  if (crc32(head.subarray(0, check)) !== head.readUInt32BE(check))
    throw new UnusableIndexError('its head is not what was written')
  const entriesFrom = AT.etag + head.readUInt16BE(AT.etagBytes)
  const lists = new Map<string, DirectoryEntry>()
  for (let at = entriesFrom; at < check; ) {
    const numbers = at + 1 + head.readUInt8(at)
    const [images, boxes, offset] = [0, 8, 16].map((behind) => readLong(head, numbers + behind))
    lists.set(head.toString('latin1', at + 1, numbers), { images: images ?? 0, boxes: boxes ?? 0, offset: offset ?? 0 })
    at = numbers + 24
  }
  const csv = { etag: head.toString('latin1', AT.etag, entriesFrom), bytes: readLong(head, AT.csvBytes) }
  // What was not looked at above, flags and places of lists, is as only this content makes it.
  if (!encodeHead({ csv, lists: placeLists(lists, csv) }).equals(head))
    throw new UnusableIndexError('its head is not what was written')
  return { csv, lists }
}

const writeLong = (bytes: Buffer, value: number, at: number): void => void bytes.writeBigUInt64BE(BigInt(value), at)
const readLong = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64BE(at))

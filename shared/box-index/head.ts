import { crc32 } from 'node:zlib'
import { type DirectoryEntry, listBytes } from './pages.ts'
import { UnusableIndexError } from './unusable-index-error.ts'

/** The head of an index, which precedes the lists. @see docs/index-format.md */
export interface IndexHead {
  /** The box CSV that the index was built from. */
  readonly csv: CsvVersion
  /** Lists by class id, in byte order. They are stored in this order. */
  readonly lists: ReadonlyMap<string, DirectoryEntry>
}

/** One version of a box CSV: its ETag with the quotes, as S3 returns it, and its size. */
export interface CsvVersion {
  readonly etag: string
  readonly bytes: number
}

const MAGIC = Buffer.from('GWBOXIDX', 'latin1')
const VERSION = 1
const GROUPED_BY_IMAGE = 1

/** Offsets of the fixed fields. */
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
/** Bytes of a class's entry without its id: length of the id (1), then the id, images (8), boxes (8), offset (8). */
const ENTRY_BYTES = 25
const CHECK_BYTES = 4

/** Size of a head without ETag and classes. */
const MIN_HEAD_BYTES: number = AT.etag + CHECK_BYTES

/** Sorts lists by class id in byte order and computes their offsets. Pure. @param counts of each class, in any order */
export function placeLists(
  counts: ReadonlyMap<string, Omit<DirectoryEntry, 'offset'>>,
  csv: CsvVersion,
): Map<string, DirectoryEntry> {
  const inOrder = [...counts].sort(([one], [other]) => (one < other ? -1 : 1))
  const names = inOrder.reduce((sum, [classId]) => sum + classId.length, 0)
  let offset = AT.etag + csv.etag.length + inOrder.length * ENTRY_BYTES + names + CHECK_BYTES
  const lists = new Map<string, DirectoryEntry>()
  for (const [classId, { images, boxes }] of inOrder) {
    lists.set(classId, { images, boxes, offset })
    offset += listBytes(images)
  }
  return lists
}

/** Encodes a head. Pure. @param lists from `placeLists` */
export function encodeHead({ csv, lists }: IndexHead): Buffer {
  const entries = [...lists].map(([classId, entry]) => encodeEntry(classId, entry))
  const fixed = Buffer.alloc(AT.etag)
  const etag = Buffer.from(csv.etag, 'latin1')
  const entriesBytes = entries.reduce((sum, { length }) => sum + length, 0)
  const headBytes = fixed.length + etag.length + entriesBytes + CHECK_BYTES
  MAGIC.copy(fixed)
  fixed.writeUInt16BE(VERSION, AT.version)
  fixed.writeUInt16BE(GROUPED_BY_IMAGE, AT.flags)
  fixed.writeUInt32BE(headBytes, AT.headBytes)
  writeLong(fixed, findEnd(lists, headBytes), AT.indexBytes)
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

/** Returns the end of the last list. */
const findEnd = (lists: ReadonlyMap<string, DirectoryEntry>, headBytes: number): number =>
  [...lists.values()].reduce((end, { images }) => end + listBytes(images), headBytes)

/**
 * Reads the size of the head from its first bytes. Pure.
 * @param size of the whole index
 * @throws UnusableIndexError when this is not an index, has another version, or is incomplete
 */
export function countHeadBytes(first: Buffer, size: number): number {
  if (first.length < MIN_HEAD_BYTES || !first.subarray(0, MAGIC.length).equals(MAGIC))
    throw new UnusableIndexError('it does not begin with GWBOXIDX')
  const version = first.readUInt16BE(AT.version)
  if (version !== VERSION) throw new UnusableIndexError(`its format must be version ${VERSION}, not ${version}`)
  const indexBytes = readLong(first, AT.indexBytes)
  if (indexBytes !== size) throw new UnusableIndexError(`it must have ${indexBytes} bytes, not ${size}`)
  const headBytes = first.readUInt32BE(AT.headBytes)
  if (headBytes < MIN_HEAD_BYTES || headBytes > size) throw new UnusableIndexError('its head is corrupt')
  return headBytes
}

/** Decodes a head. Pure. @param head the whole head @throws UnusableIndexError when it is corrupt */
export function decodeHead(head: Buffer): IndexHead {
  const check = head.length - CHECK_BYTES
  if (crc32(head.subarray(0, check)) !== head.readUInt32BE(check)) throw new UnusableIndexError('its head is corrupt')
  const entriesFrom = AT.etag + head.readUInt16BE(AT.etagBytes)
  const lists = new Map<string, DirectoryEntry>()
  for (let at = entriesFrom; at < check; ) {
    const numbers = at + 1 + head.readUInt8(at)
    const [images, boxes, offset] = [0, 8, 16].map((field) => readLong(head, numbers + field))
    lists.set(head.toString('latin1', at + 1, numbers), { images: images ?? 0, boxes: boxes ?? 0, offset: offset ?? 0 })
    at = numbers + 24
  }
  const csv = { etag: head.toString('latin1', AT.etag, entriesFrom), bytes: readLong(head, AT.csvBytes) }
  // The content determines every byte of a head, so this also checks the flags and the offsets of the lists.
  if (!encodeHead({ csv, lists: placeLists(lists, csv) }).equals(head))
    throw new UnusableIndexError('its head is corrupt')
  return { csv, lists }
}

const writeLong = (bytes: Buffer, value: number, at: number): void => void bytes.writeBigUInt64BE(BigInt(value), at)
const readLong = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64BE(at))

import type { HeaderReading, ImageHeader } from '../image-files/header-reading.ts'
import { readImageHeader } from '../image-files/image-header.ts'
import type { Ports } from '../platform/ports.ts'
import { decodeStart } from '../platform/storage/content-encoding.ts'
import type { ObjectFacts, Refusal } from '../platform/storage/ports.ts'

/** A source that is a picture which the labeling service and browsers can show. */
export interface Picture {
  readonly facts: ObjectFacts
  readonly header: ImageHeader
}

/** A source that is no such picture, with the reason as a phrase. */
export interface Unusable {
  readonly unusable: string
}

/**
 * Ends of the ranges that are read of a source, until its header is complete. The first one has nearly all headers: an
 * EXIF segment, with its thumbnail, is at most 64 KiB, and most are far smaller. Color profiles and previews in several
 * segments push some headers further back.
 */
const RANGE_ENDS = [64 << 10, 1 << 20, 8 << 20]
const MAX_DECODED_BYTES = 8 << 20

/**
 * Reads the beginning of a source, as far as its picture's header goes: one request for nearly all.
 * @returns `changed` when it was replaced between two reads
 */
export async function inspectSource(
  source: string,
  ports: Pick<Ports, 'copier'>,
): Promise<Picture | Unusable | Refusal | 'changed'> {
  let bytes = new Uint8Array(0)
  let etag: string | undefined
  for (const end of RANGE_ENDS) {
    const found = await ports.copier.readRange(source, { start: bytes.length, end }, etag)
    if (found === 'empty') return toUnusable(readImageHeader(bytes, 0))
    if (found === 'changed' || 'refused' in found) return found
    const { bytes: more, ...facts } = found
    bytes = Buffer.concat([bytes, more])
    etag = facts.etag
    const decoded = await decodeStart(bytes, facts.size, facts.headers.contentEncoding, MAX_DECODED_BYTES)
    const header = 'problem' in decoded ? decoded : readImageHeader(decoded.bytes, decoded.size)
    if (header !== 'incomplete') return 'problem' in header ? toUnusable(header) : { facts, header }
    if (bytes.length >= facts.size) break
  }
  return toUnusable('incomplete')
}

const toUnusable = (header: HeaderReading): Unusable => ({
  unusable:
    typeof header === 'object' && 'problem' in header
      ? header.problem
      : `its size in pixels is not within its first ${MAX_DECODED_BYTES >> 20} MiB`,
})

import { crc32 } from 'node:zlib'
import type { ByteRange } from '../platform/storage/coalesce.ts'
import { RECORD_BYTES } from './records.ts'
import { UnusableIndexError } from './unusable-index-error.ts'

/** A list consists of pages of 63 records (the last may have fewer), each with 16 bytes that hold their CRC-32. */
export const PAGE_RECORDS = 63
export const PAGE_BYTES: number = (PAGE_RECORDS + 1) * RECORD_BYTES

/** Entry of a class in the index's directory. */
export interface DirectoryEntry {
  /** Images with the class, which is also the number of records in its list. */
  readonly images: number
  readonly boxes: number
  /** Offset of the list in the index. */
  readonly offset: number
}

export const countPages = (images: number): number => Math.ceil(images / PAGE_RECORDS)

/** Returns the size of a list in bytes, with its checksums. */
export const listBytes = (images: number): number => (images + countPages(images)) * RECORD_BYTES

/** Returns the byte range of pages [from, to) of a list in the index. */
export const pageRange = ({ offset, images }: DirectoryEntry, from: number, to: number): ByteRange => ({
  start: offset + from * PAGE_BYTES,
  end: offset + Math.min(to * PAGE_BYTES, listBytes(images)),
})

/** Writes the checksum of a page after its records, which are bytes [start, end). */
export function writeChecksum(page: Buffer, start: number, end: number): void {
  page.fill(0, end, end + RECORD_BYTES)
  page.writeUInt32BE(crc32(page.subarray(start, end)), end)
}

/**
 * Returns the records of whole pages, without the checksums.
 * @param pages consecutive pages; all but the last are full
 * @throws UnusableIndexError when a checksum does not match
 */
export function readRecords(pages: Uint8Array): Buffer {
  const bytes = Buffer.from(pages.buffer, pages.byteOffset, pages.length)
  const records = Buffer.allocUnsafe(bytes.length - RECORD_BYTES * Math.ceil(bytes.length / PAGE_BYTES))
  let written = 0
  for (let page = 0; page < bytes.length; page += PAGE_BYTES) {
    const end = Math.min(page + PAGE_BYTES, bytes.length) - RECORD_BYTES
    if (crc32(bytes.subarray(page, end)) !== bytes.readUInt32BE(end))
      throw new UnusableIndexError('the checksum of a page does not match')
    written += bytes.copy(records, written, page, end)
  }
  return records
}

import { crc32 } from 'node:zlib'
import type { ByteRange } from '../platform/storage/coalesce.ts'
import { UnusableIndexError } from './index-unusable.ts'
import { RECORD_BYTES } from './records.ts'

/** A class's list is cut into pages: 63 records, or what is left, and 16 bytes with their CRC-32. */
export const PAGE_RECORDS = 63
export const PAGE_BYTES: number = (PAGE_RECORDS + 1) * RECORD_BYTES

/** What the index's directory says of a class: where its list is, and what it holds. */
export interface DirectoryEntry {
  /** Records in it: one for each image that has the class. */
  readonly images: number
  readonly boxes: number
  /** First byte in the index. */
  readonly offset: number
}

export const countPages = (images: number): number => Math.ceil(images / PAGE_RECORDS)

/** Bytes of a list of so many records, with its checks. */
export const listBytes = (images: number): number => (images + countPages(images)) * RECORD_BYTES

/** Where pages [from, to) of a list are in the index. */
export const pageRange = ({ offset, images }: DirectoryEntry, from: number, to: number): ByteRange => ({
  start: offset + from * PAGE_BYTES,
  end: offset + Math.min(to * PAGE_BYTES, listBytes(images)),
})

/** Writes the check behind a page's records, which end at byte `end`. @param start where they begin */
export function writeCheck(page: Buffer, start: number, end: number): void {
  page.fill(0, end, end + RECORD_BYTES)
  page.writeUInt32BE(crc32(page.subarray(start, end)), end)
}

/**
 * The records of whole pages, one after another, without the checks.
 * @param pages as they were read: each but the last is full
 * @throws IndexUnusable when a page is not what was written
 */
export function readRecords(pages: Uint8Array): Buffer {
  const bytes = Buffer.from(pages.buffer, pages.byteOffset, pages.length)
  const records = Buffer.allocUnsafe(bytes.length - RECORD_BYTES * Math.ceil(bytes.length / PAGE_BYTES))
  let written = 0
  for (let page = 0; page < bytes.length; page += PAGE_BYTES) {
    const end = Math.min(page + PAGE_BYTES, bytes.length) - RECORD_BYTES
    if (crc32(bytes.subarray(page, end)) !== bytes.readUInt32BE(end))
      throw new UnusableIndexError('a page of it is not what was written')
    written += bytes.copy(records, written, page, end)
  }
  return records
}

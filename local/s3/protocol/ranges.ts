import type { Extent } from '../storage/model.ts'
import { S3Error } from './errors.ts'

/** A half-open byte range [start, end) of an object. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Parses a Range header. Returns undefined for the whole object.
 * As in S3, a header with several ranges or with an invalid one is ignored.
 * @throws S3Error `InvalidRange` when the range starts past the end
 */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (start < end) return { start, end }
  throw new S3Error('InvalidRange', { RangeRequested: header ?? '', ActualObjectSize: String(size) })
}

/**
 * Parses the source range of an UploadPartCopy. Unlike in a read, it must lie within the object.
 * @throws S3Error `InvalidArgument`
 */
export function parseCopyRange(header: string | undefined, size: number): Range {
  if (header === undefined) return { start: 0, end: size }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? []
  const details = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header }
  if (first === undefined || Number(first) > Number(last)) {
    const message = 'The x-amz-copy-source-range value must be of the form bytes=first-last'
    throw new S3Error('InvalidArgument', details, message)
  }
  if (Number(last) < size) return { start: Number(first), end: Number(last) + 1 }
  throw new S3Error('InvalidArgument', details, `Range specified is not valid for source object of size: ${size}`)
}

/** Formats the Content-Range header of a 206 response. */
export const formatContentRange = ({ start, end }: Range, size: number) => `bytes ${start}-${end - 1}/${size}`

/** Returns the extents that hold a byte range of an object. */
export function sliceExtents(extents: readonly Extent[], { start, end }: Range): Extent[] {
  const slices: Extent[] = []
  let offset = 0
  for (const extent of extents) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, extent.length)
    if (from < to) slices.push({ file: extent.file, start: extent.start + from, length: to - from })
    offset += extent.length
  }
  return slices
}

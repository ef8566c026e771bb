import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { Bodies } from '../storage/bodies.ts'
import type { Content } from '../storage/model.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { type Measured, startMeasure, toContent } from './digests.ts'
import { S3Error } from './errors.ts'
import { checkPromises, promisesOf } from './promises.ts'
import type { S3Request } from './request.ts'
import { parseXml } from './xml.ts'

const MAX_XML_BYTES = 4 << 20

/**
 * Streams a request's body into a new file, checking all that the caller said of it. On failure nothing stays.
 * @param algorithm the checksum to compute even if the caller sent none
 * @returns the content, held: release it once it is committed, or not
 * @throws S3Error `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `InvalidDigest`, `InvalidRequest`
 */
export async function receiveBody(request: S3Request, bodies: Bodies, algorithm?: ChecksumAlgorithm): Promise<Content> {
  const writer = await bodies.create()
  try {
    const measured = await receive(request, (bytes) => writer.write(bytes), algorithm).finally(writer.close)
    return toContent([{ file: writer.file, start: 0, length: measured.size }], measured)
  } catch (error) {
    bodies.release({ extents: [{ file: writer.file, start: 0, length: 0 }], size: 0, etag: '' })
    throw error
  }
}

/**
 * A request's XML body, checked like any other.
 * @param fallback the document that an empty body stands for
 * @throws S3Error `MalformedXML`, `MaxMessageLengthExceeded`
 */
export async function receiveXml<Output>(
  request: S3Request,
  root: string,
  schema: z.ZodType<Output>,
  fallback = '',
): Promise<Output> {
  const pieces: Buffer[] = []
  let size = 0
  await receive(request, async (bytes) => {
    size += bytes.length
    if (size > MAX_XML_BYTES) throw new S3Error('MaxMessageLengthExceeded')
    pieces.push(bytes)
  })
  return parseXml(Buffer.concat(pieces).toString('utf8') || fallback, root, schema)
}

/** Passes the payload on, chunk by chunk, and then checks it. */
async function receive(
  request: S3Request,
  write: (bytes: Buffer) => Promise<void>,
  algorithm?: ChecksumAlgorithm,
): Promise<Measured> {
  const promises = promisesOf(request, algorithm)
  const trailers = new Map<string, string>()
  const payload = promises.chunked ? decodeAwsChunked(request.body(), trailers) : request.body()
  const measure = startMeasure(promises.algorithm)
  const sha256 = promises.sha256 === undefined ? undefined : createHash('sha256')
  for await (const bytes of payload) {
    measure.update(bytes)
    sha256?.update(bytes)
    await write(bytes)
  }
  const measured = measure.result()
  checkPromises(promises, { ...measured, sha256: sha256?.digest('hex') }, trailers)
  return measured
}

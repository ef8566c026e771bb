import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { Bodies, BodyWriter } from '../storage/bodies.ts'
import type { Content } from '../storage/model.ts'
import { decodeAwsChunked } from './aws-chunked.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { type Measurement, startMeasure, toContent } from './digests.ts'
import { S3Error } from './errors.ts'
import { parseIntegrityHeaders, verifyIntegrity } from './integrity.ts'
import type { S3Request } from './request.ts'
import { parseXml } from './xml.ts'

const MAX_XML_BYTES = 4 << 20

/**
 * Streams a request body into a new file and verifies its integrity headers. Removes the file on failure. The file is on
 * disk before it returns, so that no journal names a file that a crash of the machine can take away.
 * @param algorithm the checksum to compute even if the request has none
 * @returns retained content; release it after the commit, or if there is none
 * @throws S3Error `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody`, `InvalidDigest`, `InvalidRequest`
 */
export async function receiveBody(request: S3Request, bodies: Bodies, algorithm?: ChecksumAlgorithm): Promise<Content> {
  const writer = await bodies.create()
  try {
    const measured = await receiveInto(writer, request, algorithm).finally(writer.close)
    return toContent([{ file: writer.file, start: 0, length: measured.size }], measured)
  } catch (error) {
    bodies.release({ extents: [{ file: writer.file, start: 0, length: 0 }], size: 0, etag: '' })
    throw error
  }
}

async function receiveInto(
  writer: BodyWriter,
  request: S3Request,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<Measurement> {
  const measured = await readPayload(request, (bytes) => writer.write(bytes), algorithm)
  await writer.onDisk()
  return measured
}

/**
 * Reads and parses an XML request body, and verifies its integrity headers.
 * @param fallback the document that replaces an empty body
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
  await readPayload(request, async (bytes) => {
    size += bytes.length
    if (size > MAX_XML_BYTES) throw new S3Error('MaxMessageLengthExceeded')
    pieces.push(bytes)
  })
  return parseXml(Buffer.concat(pieces).toString('utf8') || fallback, root, schema)
}

/** Passes the payload to `write` chunk by chunk, then verifies its integrity. */
async function readPayload(
  request: S3Request,
  write: (bytes: Buffer) => Promise<void>,
  algorithm?: ChecksumAlgorithm,
): Promise<Measurement> {
  const expected = parseIntegrityHeaders(request, algorithm)
  const trailers = new Map<string, string>()
  const payload = expected.chunked ? decodeAwsChunked(request.body(), trailers, request.payload.chunks) : request.body()
  const measure = startMeasure(expected.algorithm)
  const sha256 = expected.sha256 === undefined ? undefined : createHash('sha256')
  for await (const bytes of payload) {
    measure.update(bytes)
    sha256?.update(bytes)
    await write(bytes)
  }
  const measured = measure.result()
  verifyIntegrity(expected, { ...measured, sha256: sha256?.digest('hex') }, trailers)
  return measured
}

import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { AppError } from '../../contracts/errors.ts'
import { formatS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { RemoteFile } from '../storage/ports.ts'
import { checkRange, readResumed, streamResumed } from '../storage/resume-read.ts'
import { readChunks } from './body.ts'
import { callAws } from './call-aws.ts'

/**
 * Opens an S3 object with one HEAD. Each read requests only its range, is pinned to the ETag, and resumes when the body
 * breaks off. An empty range sends no request.
 * @param etag the expected version
 * @throws AppError `bad-source` when the object is missing or may not be read; `source-changed` when it has another
 *   version
 */
export async function openS3File(client: S3Client, location: S3Location, etag?: string): Promise<RemoteFile> {
  const uri = formatS3Uri(location)
  const address = { Bucket: location.bucket, Key: location.key }
  const send = () => client.send(new HeadObjectCommand(address))
  const facts = await callAws(`Reading the metadata of ${uri}`, send, { 404: 'missing', 403: 'denied' } as const)
  if (facts === 'missing') throw new AppError('bad-source', `Object ${uri} does not exist.`)
  if (facts === 'denied') throw new AppError('bad-source', `${uri} may not be read; check the policy of its bucket.`)
  const { ETag: version = '', ContentLength: size = 0 } = facts
  const toChangedError = () =>
    new AppError('source-changed', `${uri} was replaced: its ETag is no longer ${etag ?? version}.`)
  if (etag !== undefined && etag !== version) throw toChangedError()

  const openRange = async (start: number, end: number) => {
    const request = new GetObjectCommand({ ...address, IfMatch: version, Range: `bytes=${start}-${end - 1}` })
    const replaced = { 412: 'changed', 404: 'changed', 416: 'changed' } as const
    const answer = await callAws(`Reading ${uri}`, () => client.send(request), replaced)
    if (answer === 'changed') throw toChangedError()
    return readChunks(answer)
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    checkRange(start, end, size)
    return await readResumed(openRange, start, end)
  }
  return { size, etag: version, ranges: { size, etag: version, read }, stream: () => streamResumed(openRange, 0, size) }
}

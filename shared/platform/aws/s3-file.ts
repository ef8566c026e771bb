import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { AppError } from '../../contracts/errors.ts'
import { formatS3Uri, type S3Location } from '../../contracts/s3-uri.ts'
import type { RemoteFile } from '../ports.ts'
import { checkRange, readResumed, streamResumed } from '../storage/resume-read.ts'
import { readChunks } from './body.ts'
import { callAws } from './call-aws.ts'

/**
 * An S3 object as a file, after one HEAD. Every read sends the ETag, asks for just its range, and goes on where a body
 * breaks; an empty range asks nothing.
 * @param etag when given, the version that must be there
 * @throws AppError `bad-source` when there is none or it may not be read; `source-changed` when it is another version
 */
export async function openS3File(client: S3Client, location: S3Location, etag?: string): Promise<RemoteFile> {
  const uri = formatS3Uri(location)
  const address = { Bucket: location.bucket, Key: location.key }
  const send = () => client.send(new HeadObjectCommand(address))
  const facts = await callAws(`Looking at ${uri}`, send, { 404: 'missing', 403: 'denied' } as const)
  if (facts === 'missing') throw new AppError('bad-source', `There is no object at ${uri}.`)
  if (facts === 'denied') throw new AppError('bad-source', `${uri} may not be read; check its bucket's policy.`)
  const { ETag: version = '', ContentLength: size = 0 } = facts
  const changed = () => new AppError('source-changed', `${uri} was replaced: its ETag is no longer ${etag ?? version}.`)
  if (etag !== undefined && etag !== version) throw changed()

  const openRange = async (start: number, end: number) => {
    const request = new GetObjectCommand({ ...address, IfMatch: version, Range: `bytes=${start}-${end - 1}` })
    const gone = { 412: 'changed', 404: 'changed', 416: 'changed' } as const
    const answer = await callAws(`Reading ${uri}`, () => client.send(request), gone)
    if (answer === 'changed') throw changed()
    return readChunks(answer)
  }
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    checkRange(start, end, size)
    return await readResumed(openRange, start, end)
  }
  return { size, etag: version, ranges: { size, etag: version, read }, stream: () => streamResumed(openRange, 0, size) }
}

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { AppError } from '../errors.ts'
import type { Uploads } from '../ports.ts'
import { ask } from './ask.ts'
import { contentTypeOf } from './content-type.ts'

/** Multipart uploads into an S3 bucket. */
export function s3Uploads(client: S3Client, bucket: string): Uploads {
  const uri = (key: string) => `s3://${bucket}/${key}`
  const over = (key: string) => new AppError('not-found', `The upload of ${uri(key)} is over.`)
  return {
    start: async (key) => {
      const request = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentTypeOf(key) })
      const { UploadId } = await ask(`Starting an upload of ${uri(key)}`, () => client.send(request))
      return given(UploadId, 'UploadId')
    },
    part: async (key, uploadId, number, bytes) => {
      const request = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: bytes }
      const send = () => client.send(new UploadPartCommand(request))
      const stored = await ask(`Uploading part ${number} of ${uri(key)}`, send, { 404: undefined })
      if (!stored) throw over(key)
      return given(stored.ETag, 'ETag')
    },
    complete: async (key, uploadId, partEtags) => {
      const Parts = partEtags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }))
      const request = { Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts } }
      const send = () => client.send(new CompleteMultipartUploadCommand(request))
      const joined = await ask(`Joining the parts of ${uri(key)}`, send, { 404: undefined })
      if (!joined) throw over(key)
      return given(joined.ETag, 'ETag')
    },
    abort: async (key, uploadId) => {
      const request = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId })
      await ask(`Ending the upload of ${uri(key)}`, () => client.send(request), { 404: undefined })
    },
  }
}

function given(value: string | undefined, name: string): string {
  if (value === undefined) throw new AppError('upstream-failed', `S3 left ${name} out of its answer.`)
  return value
}

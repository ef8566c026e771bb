import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { AppError } from '../../contracts/errors.ts'
import type { Uploads } from '../storage/ports.ts'
import { callAws } from './call-aws.ts'
import { conditionHeaders } from './condition-headers.ts'
import { contentTypeForKey } from './content-type.ts'

const REFUSED = { 412: 'refused' } as const

/** Returns the port for multipart uploads to an S3 bucket. */
export function s3Uploads(client: S3Client, bucket: string): Uploads {
  const uri = (key: string) => `s3://${bucket}/${key}`
  const toEndedError = (key: string) =>
    new AppError('wrong-state', `The upload of ${uri(key)} was completed or aborted.`)
  const listParts = async (key: string, uploadId: string): Promise<CompletedPart[]> => {
    const parts: CompletedPart[] = []
    let after: string | undefined
    do {
      const request = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: after }
      const send = () => client.send(new ListPartsCommand(request))
      const page = await callAws(`Listing the parts of ${uri(key)}`, send, { 404: undefined })
      if (!page) throw toEndedError(key)
      parts.push(...(page.Parts ?? []).map(({ ETag, PartNumber }) => ({ ETag, PartNumber })))
      after = page.IsTruncated ? page.NextPartNumberMarker : undefined
    } while (after !== undefined)
    return parts
  }
  return {
    start: async (key) => {
      const request = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentTypeForKey(key),
      })
      const { UploadId } = await callAws(`Starting an upload of ${uri(key)}`, () => client.send(request))
      return assertPresent(UploadId, 'UploadId')
    },
    part: async (key, uploadId, number, bytes) => {
      const request = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: bytes }
      const send = () => client.send(new UploadPartCommand(request))
      const stored = await callAws(`Uploading part ${number} of ${uri(key)}`, send, { 404: undefined })
      if (!stored) throw toEndedError(key)
    },
    complete: async (key, uploadId, parts, condition) => {
      const Parts = await listParts(key, uploadId)
      if (Parts.length !== parts || Parts.some(({ PartNumber }, index) => PartNumber !== index + 1))
        throw new AppError('upstream-failed', `The upload of ${uri(key)} has ${Parts.length} parts, not 1 to ${parts}.`)
      const address = { Bucket: bucket, Key: key, UploadId: uploadId }
      const request = { ...address, MultipartUpload: { Parts }, ...conditionHeaders(condition) }
      const send = () => client.send(new CompleteMultipartUploadCommand(request))
      // Listing the parts succeeded, so a 404 means that the object to replace is missing, not the upload.
      const missing = condition && 'etag' in condition ? ('refused' as const) : undefined
      const joined = await callAws(`Completing the upload of ${uri(key)}`, send, {
        404: missing,
        ...(condition && REFUSED),
      })
      if (!joined) throw toEndedError(key)
      return joined === 'refused' ? undefined : assertPresent(joined.ETag, 'ETag')
    },
    abort: async (key, uploadId) => {
      const request = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId })
      await callAws(`Aborting the upload of ${uri(key)}`, () => client.send(request), { 404: undefined })
    },
  }
}

function assertPresent(value: string | undefined, name: string): string {
  if (value === undefined) throw new AppError('upstream-failed', `The response of S3 has no ${name}.`)
  return value
}

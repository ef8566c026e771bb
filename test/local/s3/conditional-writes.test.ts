import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const twenty = Array.from({ length: 20 }, (_, index) => index)

const put = (Key: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
  server.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }))

/** Creates a multipart upload with one part. */
async function openUpload(Key: string, Body: string) {
  const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const { ETag } = await server.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }))
  return { Bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }
}

describe('a conditional write', () => {
  it('lets exactly one of twenty concurrent creates succeed, and keeps its body', async () => {
    const results = await Promise.allSettled(twenty.map((index) => put('race', `body ${index}`, { IfNoneMatch: '*' })))
    const winners = twenty.filter((index) => results[index]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    expect(await server.text('race')).toBe(`body ${winners[0]}`)
  })

  it('lets exactly one of twenty concurrent replacements succeed', async () => {
    const IfMatch = await server.put('race', 'before')
    const results = await Promise.allSettled(twenty.map((index) => put('race', `body ${index}`, { IfMatch })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('lets exactly one of concurrent puts, copies and completed uploads succeed', async () => {
    await server.put('source', 'copied')
    const upload = await openUpload('race', 'uploaded')
    const CopySource = `${Bucket}/source`
    const results = await Promise.allSettled([
      put('race', 'put', { IfNoneMatch: '*' }),
      server.s3.send(new CopyObjectCommand({ Bucket, Key: 'race', CopySource, IfNoneMatch: '*' })),
      server.s3.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*' })),
    ])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('returns 404 for an ETag without an object', async () => {
    expect(await refusal(put('absent', 'x', { IfMatch: '"0"' }))).toBe('404 NoSuchKey')
  })

  it('keeps an upload open when its completion fails the condition', async () => {
    const upload = await openUpload('taken', 'x')
    await server.put('taken', 'first')
    const complete = (condition: { IfNoneMatch?: string; IfMatch?: string }) =>
      server.s3.send(new CompleteMultipartUploadCommand({ ...upload, ...condition }))
    expect(await refusal(complete({ IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await refusal(complete({ IfMatch: '"0"' }))).toBe('412 PreconditionFailed')
    const { Uploads } = await server.s3.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(Uploads?.map(({ UploadId }) => UploadId)).toEqual([upload.UploadId])
    expect(await server.text('taken')).toBe('first')
  })
})

describe('a conditional delete', () => {
  const remove = (Key: string, IfMatch: string) => server.s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }))

  it('deletes only the object with the expected ETag', async () => {
    const etag = await server.put('mine', 'x')
    expect(await refusal(remove('mine', '"0"'))).toBe('412 PreconditionFailed')
    expect(await server.text('mine')).toBe('x')
    await remove('mine', etag)
    expect(await refusal(server.text('mine'))).toBe('404 NoSuchKey')
  })

  it('returns 404 for a missing object', async () => {
    expect(await refusal(remove('absent', '*'))).toBe('404 NoSuchKey')
  })

  it('does not affect other keys of the same request', async () => {
    await server.put('kept', 'x')
    await server.put('gone', 'y')
    const Objects = [{ Key: 'kept', ETag: '"0"' }, { Key: 'gone' }]
    const result = await server.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(result.Deleted).toEqual([{ Key: 'gone' }])
    expect(result.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['kept', 'PreconditionFailed']])
  })
})

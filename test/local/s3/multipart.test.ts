import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { describe, expect, it } from '@jest/globals'
import { startChecksum } from '../../../local/s3/protocol/checksums.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const Key = 'parts'
const PART_BYTES = 5 << 20
const bytes = randomBytes(2 * PART_BYTES + 1000)

async function start(more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
  const upload = { Bucket, Key, UploadId }
  return {
    upload,
    async part(PartNumber: number, Body: Uint8Array | string): Promise<CompletedPart> {
      const { ETag, ChecksumCRC32 } = await server.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }))
      return { PartNumber, ETag, ...(ChecksumCRC32 && { ChecksumCRC32 }) }
    },
    complete: (Parts: CompletedPart[]) =>
      server.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
  }
}

async function read(request: { Range?: string; PartNumber?: number } = {}): Promise<Buffer> {
  const { Body } = await server.s3.send(new GetObjectCommand({ Bucket, Key, ...request }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

const md5 = (data: Uint8Array) => createHash('md5').update(data)

describe('a multipart object', () => {
  it('concatenates its parts, has an ETag of their ETags, and can be read by range and by part', async () => {
    await server.s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: bytes }))
    const { upload, part, complete } = await start({ ContentType: 'image/jpeg', Metadata: { a: '1' } })
    const copied = await server.s3.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 2,
        CopySource: `${Bucket}/source`,
        CopySourceRange: `bytes=${PART_BYTES}-${bytes.length - 1}`,
      }),
    )
    const first = await part(1, bytes.subarray(0, PART_BYTES))
    const { ETag } = await complete([first, { PartNumber: 2, ETag: copied.CopyPartResult?.ETag }])
    const halves = [bytes.subarray(0, PART_BYTES), bytes.subarray(PART_BYTES)]
    expect(ETag).toBe(`"${md5(Buffer.concat(halves.map((half) => md5(half).digest()))).digest('hex')}-2"`)
    expect((await read()).equals(bytes)).toBe(true)
    const across = `bytes=${PART_BYTES - 5}-${PART_BYTES + 4}`
    expect((await read({ Range: across })).equals(bytes.subarray(PART_BYTES - 5, PART_BYTES + 5))).toBe(true)
    expect((await read({ PartNumber: 2 })).equals(bytes.subarray(PART_BYTES))).toBe(true)
    const head = await server.s3.send(new HeadObjectCommand({ Bucket, Key }))
    expect([head.ContentType, head.Metadata]).toEqual(['image/jpeg', { a: '1' }])
    const ObjectAttributes = ['ObjectParts' as const, 'ObjectSize' as const]
    const { ObjectParts, ObjectSize } = await server.s3.send(
      new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes }),
    )
    expect([ObjectParts?.TotalPartsCount, ObjectSize]).toEqual([2, bytes.length])
  })

  it('gets a plain MD5 ETag when it is copied, as in S3', async () => {
    const { part, complete } = await start()
    await complete([await part(1, 'abc')])
    const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` })
    expect((await server.s3.send(copy)).CopyObjectResult?.ETag).toBe(`"${md5(Buffer.from('abc')).digest('hex')}"`)
  })

  it('can have a full-object checksum', async () => {
    const { part, complete } = await start({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    const result = await complete([await part(1, bytes.subarray(0, PART_BYTES)), await part(2, 'end')])
    const digest = startChecksum('CRC32')
    digest.update(bytes.subarray(0, PART_BYTES))
    digest.update(Buffer.from('end'))
    expect([result.ChecksumCRC32, result.ChecksumType]).toEqual([digest.digest().toString('base64'), 'FULL_OBJECT'])
  })
})

describe('a multipart upload', () => {
  it('rejects parts that are unknown, out of order or too small', async () => {
    const { part, complete } = await start()
    const parts = [await part(1, 'small'), await part(2, 'small too')]
    expect(await refusal(complete([{ PartNumber: 3, ETag: '"0"' }]))).toBe('400 InvalidPart')
    expect(await refusal(complete([{ PartNumber: 1, ETag: '"0"' }]))).toBe('400 InvalidPart')
    expect(await refusal(complete(parts.toReversed()))).toBe('400 InvalidPartOrder')
    expect(await refusal(complete(parts))).toBe('400 EntityTooSmall')
    expect(await refusal(read())).toBe('404 NoSuchKey')
  })

  it('replaces parts with the same number, and lists parts in pages', async () => {
    const { upload, part, complete } = await start()
    await part(2, 'unused')
    await part(1, 'first try')
    const last = await part(1, 'second try')
    const page = await server.s3.send(new ListPartsCommand({ ...upload, MaxParts: 1 }))
    expect([page.Parts?.length, page.IsTruncated, page.NextPartNumberMarker]).toEqual([1, true, '1'])
    await complete([last])
    expect(String(await read())).toBe('second try')
  })

  it('is removed when it is aborted', async () => {
    const { upload, part } = await start()
    await part(1, 'x')
    await server.s3.send(new AbortMultipartUploadCommand(upload))
    expect(await refusal(part(2, 'y'))).toBe('404 NoSuchUpload')
    expect(await refusal(server.s3.send(new ListPartsCommand(upload)))).toBe('404 NoSuchUpload')
  })

  it('is found only with its key', async () => {
    const { upload } = await start()
    const other = new UploadPartCommand({ ...upload, Key: 'other', PartNumber: 1, Body: 'x' })
    expect(await refusal(server.s3.send(other))).toBe('404 NoSuchUpload')
  })

  it('accepts a stream of unknown length from lib-storage', async () => {
    const stream = Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)])
    await new Upload({ client: server.s3, params: { Bucket, Key: 'stream', Body: stream } }).done()
    const { Body } = await server.s3.send(new GetObjectCommand({ Bucket, Key: 'stream' }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  })
})

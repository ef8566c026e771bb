import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import { DirectoryInUseError } from '../../../local/ownership/owner.ts'
import { startS3Server } from '../../../local/s3/server.ts'
import { signRequest } from '../../../tools/sign-request.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()
const bodyFiles = () => readdir(join(server.directory, 'bodies'))
const journal = () => readFile(join(server.directory, 'journal-v1.jsonl'), 'utf8')

/** Waits until the expectation holds. */
async function eventually(expected: () => Promise<boolean>): Promise<void> {
  while (!(await expected())) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('a restarted server', () => {
  it('serves the same objects with metadata, tags and modification time', async () => {
    const object = {
      Bucket,
      Key: 'a\u2028b',
      Body: 'bytes',
      ContentType: 'text/plain',
      Metadata: { nonce: '7' },
      Tagging: 'a=1&b=2',
    }
    await server.s3.send(new PutObjectCommand(object))
    const head = () => server.s3.send(new HeadObjectCommand({ Bucket, Key: object.Key, ChecksumMode: 'ENABLED' }))
    const { $metadata: _, ...before } = await head()
    await server.restart()
    const { $metadata: __, ...after } = await head()
    expect(after).toEqual(before)
    expect(await server.text(object.Key)).toBe('bytes')
    const { TagSet } = await server.s3.send(new GetObjectTaggingCommand({ Bucket, Key: object.Key }))
    expect(TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ])
  })

  it('can complete open uploads', async () => {
    const upload = {
      Bucket,
      Key: 'parts',
      UploadId: (await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))).UploadId,
    }
    await server.s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'whole' }))
    await server.restart()
    const { Parts } = await server.s3.send(new ListPartsCommand(upload))
    await server.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
    await server.restart()
    expect(await server.text('parts')).toBe('whole')
  })

  it('keeps the CORS rules', async () => {
    const CORSRules = [{ AllowedOrigins: ['https://a.test'], AllowedMethods: ['GET'], MaxAgeSeconds: 5 }]
    await server.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    await server.restart()
    const { CORSRules: after } = await server.s3.send(new GetBucketCorsCommand({ Bucket }))
    expect(after).toMatchObject(CORSRules)
  })

  it('compacts deleted and replaced objects out of the journal', async () => {
    await server.put('kept', 'old')
    await server.put('kept', 'new')
    await server.put('gone', 'x')
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    await server.restart()
    expect((await journal()).trim().split('\n')).toHaveLength(2)
    expect(await server.text('kept')).toBe('new')
    expect(await bodyFiles()).toHaveLength(1)
  })

  it('ignores an incomplete last line of the journal', async () => {
    await server.put('kept', 'x')
    await appendFile(join(server.directory, 'journal-v1.jsonl'), '[{"type":"object-put","bucket":"photos","key":"ha')
    await server.restart()
    await server.put('later', 'y')
    await server.restart()
    const { Contents } = await server.s3.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['kept', 'later'])
  })

  it('removes what killed servers left half-written, older ones too', async () => {
    await server.put('kept', 'x')
    const left = [
      'journal-v1.jsonl.0b2d8b4e-5c0c-4a52-8b43-0b9d2b0f7c11.next',
      'owner.json.0b2d8b4e-5c0c-4a52-8b43-0b9d2b0f7c12.next',
      'journal-v1.jsonl.next',
      'server.json',
    ]
    for (const name of left) await writeFile(join(server.directory, name), '{"url":"http://127.0.0.1:1","id":"x"}')
    await server.restart()
    expect((await readdir(server.directory)).sort()).toEqual(['bodies', 'journal-v1.jsonl', 'owner.json', 'owner.lock'])
    expect(await server.text('kept')).toBe('x')
  })
})

describe('a journal that is damaged in the middle', () => {
  it.each(['', 'null', '{}', '[1]', '[{"type":"object-put"', '\0\0\0\0', '[{"type":7}]'])(
    'is named with the line, and nothing is changed: %j',
    async (damage) => {
      const directory = join(server.directory, 'damaged')
      await (await startS3Server({ directory, credentials: CREDENTIALS })).stop()
      const path = join(directory, 'journal-v1.jsonl')
      const created = { type: 'bucket-created', bucket: 'photos', region: 'us-east-1', created: 1 }
      const text = `${JSON.stringify([created])}\n${damage}\n${JSON.stringify([created])}\n`
      await writeFile(path, text)
      await writeFile(join(directory, 'bodies', 'body'), 'x')
      const refused: unknown = await startS3Server({ directory, credentials: CREDENTIALS }).catch(
        (error: unknown) => error,
      )
      for (const part of [path, 'line 2', 'GROUNDWORK_DIR']) expect(String(refused)).toContain(part)
      expect(await readFile(path, 'utf8')).toBe(text)
      expect(await readdir(join(directory, 'bodies'))).toEqual(['body'])
      await writeFile(path, text.replace(`${damage}\n`, ''))
      await (await startS3Server({ directory, credentials: CREDENTIALS })).stop()
    },
  )
})

/** Starts a request with a body of 1 MB, which the caller sends. */
async function startUpload(url: string) {
  const headers = { 'content-length': '1000000', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  const signed = await signRequest(url, { method: 'PUT', headers }, CREDENTIALS)
  return request(url, { method: 'PUT', headers: signed })
}

describe('bodies on disk', () => {
  it('are removed when the client disconnects during an upload', async () => {
    const upload = await startUpload(`${server.url}/${Bucket}/half`)
    upload.on('error', () => {})
    upload.write(Buffer.alloc(300_000))
    await eventually(async () => (await bodyFiles()).length === 1)
    upload.destroy()
    await eventually(async () => (await bodyFiles()).length === 0)
    expect(await refusal(server.text('half'))).toBe('404 NoSuchKey')
  })

  it('are removed after a server was killed during an upload', async () => {
    const options = { directory: join(server.directory, 'killed'), credentials: CREDENTIALS }
    const program = `
      import { startS3Server } from ${JSON.stringify(new URL('../../../local/s3/server.ts', import.meta.url).href)}
      console.log((await startS3Server(${JSON.stringify(options)})).url)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: {} })
    const [line] = await once(child.stdout, 'data')
    const url = String(line).trim()
    await signedFetch(`${url}/bucket`, { method: 'PUT' })
    await signedFetch(`${url}/bucket/whole`, { method: 'PUT', body: 'whole' })
    const upload = await startUpload(`${url}/bucket/half`)
    upload.on('error', () => {})
    upload.write(Buffer.alloc(300_000))
    const bodies = join(server.directory, 'killed', 'bodies')
    await eventually(async () => (await readdir(bodies)).length === 2)
    child.kill('SIGKILL')
    await once(child, 'exit')

    const again = await startS3Server(options)
    expect(await (await signedFetch(`${again.url}/bucket/whole`)).text()).toBe('whole')
    expect((await signedFetch(`${again.url}/bucket/half`)).status).toBe(404)
    expect(await readdir(bodies)).toHaveLength(1)
    await again.stop()
  })

  it('are shared by copies and removed with the last one', async () => {
    await server.put('original', 'shared')
    await server.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/original` }))
    expect(await bodyFiles()).toHaveLength(1)
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: 'original' }))
    expect(await server.text('copy')).toBe('shared')
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }))
    await eventually(async () => (await bodyFiles()).length === 0)
  })

  it('can be read completely by a request that started before they were replaced', async () => {
    const body = 'x'.repeat(3_000_000)
    await server.put('big', body)
    const response = await signedFetch(`${server.url}/${Bucket}/big`)
    await server.put('big', 'small')
    expect((await response.text()).length).toBe(body.length)
    await eventually(async () => (await bodyFiles()).length === 1)
  })
})

describe('the data directory', () => {
  it('is locked while a server uses it', async () => {
    const again = startS3Server({ directory: server.directory, credentials: CREDENTIALS })
    await expect(again).rejects.toThrow(DirectoryInUseError)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type S3Server, startS3Server } from '../../../local/s3/server.ts'
import { lookBeforeComplete } from '../../../shared/platform/aws/look-before-complete.ts'
import { lookBeforeCopy } from '../../../shared/platform/aws/look-before-copy.ts'
import { objectPorts } from '../../../shared/platform/aws/object-ports.ts'
import { s3Copier } from '../../../shared/platform/aws/s3-copier.ts'
import { s3Uploads } from '../../../shared/platform/aws/s3-uploads.ts'
import { decodeText } from '../../support/bytes.ts'
import { CREDENTIALS } from '../../support/credentials.ts'
import { startIgnorantServer } from '../../support/http/ignorant-server.ts'

let directory: string
let honest: S3Server
let ignorant: { readonly url: string; stop(): Promise<void> }
let client: S3Client
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'workarounds-'))
  honest = await startS3Server({ directory, credentials: CREDENTIALS })
  ignorant = await startIgnorantServer(honest.url, ['copy-absent', 'copy-source', 'complete-etag', 'delete-many'])
  client = new S3Client({ endpoint: ignorant.url, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS })
  await client.send(new CreateBucketCommand({ Bucket: 'work' }))
})
afterEach(async () => {
  client.destroy()
  await ignorant.stop()
  await honest.stop()
  await rm(directory, { recursive: true })
})

const worked = () => objectPorts(client, 'work', ['delete-one-by-one']).objects
const text = async (key: string) => decodeText((await worked().get(key))?.bytes)

describe('on a server that ignores conditions', () => {
  it.each([true, false])(
    'removal takes only the version that was listed if it goes one by one: %s',
    async (isWorked) => {
      const { objects } = objectPorts(client, 'work', isWorked ? ['delete-one-by-one'] : [])
      const etag = (await objects.put('a', 'first')) ?? ''
      await objects.put('a', 'second')
      const kept = await objects.remove([{ key: 'a', etag }, { key: 'gone', etag }, { key: 'never' }])
      expect(kept).toEqual(isWorked ? ['a'] : [])
      expect((await objects.get('a')) !== undefined).toBe(isWorked)
    },
  )

  it('removal removes what has not changed', async () => {
    const etag = (await worked().put('a', 'first')) ?? ''
    expect(await worked().remove([{ key: 'a', etag }])).toEqual([])
    expect(await worked().get('a')).toBeUndefined()
  })

  const copyOf = (sourceEtag: string) => ({
    source: 's3://work/source.jpg',
    sourceEtag,
    key: 'copy.jpg',
    contentType: 'image/jpeg',
    headers: {},
    metadata: {},
  })

  it.each([true, false])('a copy replaces no object if it looks first: %s', async (isWorked) => {
    const copier = isWorked ? lookBeforeCopy(s3Copier(client, 'work'), client, 'work') : s3Copier(client, 'work')
    const etag = (await worked().put('source.jpg', 'image')) ?? ''
    await worked().put('copy.jpg', 'mine')
    expect(await copier.copy(copyOf(etag))).toEqual(isWorked ? 'exists' : { etag: expect.any(String) })
    expect(await text('copy.jpg')).toBe(isWorked ? 'mine' : 'image')
  })

  it('a copy takes only the version that was described, and reports a missing source', async () => {
    const copier = lookBeforeCopy(s3Copier(client, 'work'), client, 'work')
    const etag = (await worked().put('source.jpg', 'image')) ?? ''
    expect(await copier.copy(copyOf('"another"'))).toBe('changed')
    expect(await worked().get('copy.jpg')).toBeUndefined()
    expect(await copier.copy({ ...copyOf(etag), source: 's3://work/none.jpg' })).toMatchObject({ refused: 'missing' })
    expect(await copier.copy(copyOf(etag))).toEqual({ etag: expect.any(String) })
  })

  it.each([true, false])(
    'an upload replaces only the version that it is for if it looks first: %s',
    async (isWorked) => {
      const plain = s3Uploads(client, 'work')
      const uploads = isWorked ? lookBeforeComplete(plain, client, 'work') : plain
      await worked().put('list', 'mine')
      const upload = async (etag: string) => {
        const id = await uploads.start('list')
        await uploads.part('list', id, 1, Buffer.from('theirs'))
        return uploads.complete('list', id, 1, { etag })
      }
      const stale = await upload('"00000000000000000000000000000000"')
      expect([stale === undefined, await text('list')]).toEqual([isWorked, isWorked ? 'mine' : 'theirs'])
      expect(await upload((await worked().get('list'))?.etag ?? '')).toEqual(expect.any(String))
      expect(await text('list')).toBe('theirs')
    },
  )
})

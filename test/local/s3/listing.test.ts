import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { list, type Position } from '../../../local/s3/operations/listing.ts'
import { createSortedMap } from '../../../local/s3/storage/sorted-map.ts'
import { signedFetch } from '../../support/http/signed-fetch.ts'
import { Bucket, refusal, serverForEachTest } from './running-server.ts'

const server = serverForEachTest()

/** Returns the keys and common prefixes of all pages, in order. */
async function listed(request: Partial<ListObjectsV2CommandInput>): Promise<string[]> {
  const items: string[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await server.s3.send(new ListObjectsV2Command({ Bucket, ...request, ContinuationToken }))
    const names = [
      ...(page.Contents ?? []).map(({ Key }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    ]
    expect(page.KeyCount).toBe(names.length)
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined)
    items.push(...names.map(String))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  return items
}

describe('a listing', () => {
  it('is sorted by UTF-8 bytes, not UTF-16 code units', async () => {
    const ordered = ['A', 'a', 'a ', 'a/', 'a/b', 'a0', 'z', 'é', '漢', '\ufffd', '😀']
    for (const key of ordered.toReversed()) await server.put(key, 'x')
    expect(await listed({})).toEqual(ordered)
    expect(await listed({ MaxKeys: 1 })).toEqual(ordered)
    expect(await listed({ StartAfter: '漢' })).toEqual(['\ufffd', '😀'])
  })

  it('groups keys by delimiter and continues after a common prefix', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1/x', 'c/2', 'd']) await server.put(key, 'x')
    expect((await listed({ Delimiter: '/' })).sort()).toEqual(['a/', 'b', 'c/', 'd'])
    expect(await listed({ Delimiter: '/', MaxKeys: 1 })).toEqual(['a/', 'b', 'c/', 'd'])
    expect((await listed({ Delimiter: '/', Prefix: 'c/' })).sort()).toEqual(['c/1/', 'c/2'])
    expect(await listed({ Prefix: 'c' })).toEqual(['c/1/x', 'c/2'])
    expect(await listed({ MaxKeys: 0 })).toEqual([])
  })

  it('form-encodes keys with encoding-type=url', async () => {
    await server.put('a b+c/é', 'x')
    expect(await listed({ EncodingType: 'url' })).toEqual(['a+b%2Bc/%C3%A9'])
  })

  it('continues after a marker in version 1', async () => {
    for (const key of ['a/1', 'a/2', 'b']) await server.put(key, 'x')
    const page = await server.s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 1 }))
    expect([page.CommonPrefixes?.[0]?.Prefix, page.NextMarker]).toEqual(['a/', 'a/'])
    const next = await server.s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/' }))
    expect([next.CommonPrefixes, next.Contents?.map(({ Key }) => Key)]).toEqual([undefined, ['b']])
  })

  it('rejects an invalid continuation token', async () => {
    const call = server.s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'mine' }))
    expect(await refusal(call)).toBe('400 InvalidArgument')
  })

  it('matches sorting all keys, after random puts and deletes', async () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\uffff', '😀'), minLength: 1, maxLength: 6 })
    const property = fc.property(
      fc.array(key, { maxLength: 60 }),
      fc.array(key),
      key,
      fc.constantFrom('', '/'),
      fc.integer({ min: 1, max: 5 }),
      (put, deleted, start, delimiter, limit) => {
        const prefix = start.slice(0, 1)
        const map = createSortedMap<string>()
        for (const name of put) map.set(name, name)
        for (const name of deleted) map.delete(name)
        const found: string[] = []
        let after: Position | undefined
        do {
          const page = list(map, { prefix, delimiter, limit, after })
          found.push(...[...page.entries.map(([name]) => name), ...page.commonPrefixes].sort(byBytes))
          after = page.next
        } while (after !== undefined)
        const left = put.filter((name) => !deleted.includes(name) && name.startsWith(prefix))
        const rolled = left.map((name) => {
          const end = delimiter === '' ? -1 : name.indexOf(delimiter, 1)
          return end < 0 ? name : name.slice(0, end + 1)
        })
        expect(found).toEqual([...new Set(rolled)].sort(byBytes))
      },
    )
    await fc.assert(property)
  })

  it('keeps thousands of keys sorted, after random puts and deletes', () => {
    const map = createSortedMap<number>()
    const shuffled = Array.from({ length: 5000 }, (_, index) => String((index * 7919) % 5000).padStart(4, '0'))
    for (const name of shuffled) map.set(name, 0)
    for (const name of shuffled.slice(0, 2500)) map.delete(name)
    expect([...map.entries()].map(([name]) => name)).toEqual(shuffled.slice(2500).sort())
  })
})

describe('buckets', () => {
  it('are listed with their region', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const }
    await server.s3.send(new CreateBucketCommand({ Bucket: 'european', CreateBucketConfiguration }))
    const { Buckets } = await server.s3.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['european', Bucket])
    const readRegion = async (name: string) =>
      (await server.s3.send(new HeadBucketCommand({ Bucket: name }))).BucketRegion
    expect([await readRegion('european'), await readRegion(Bucket)]).toEqual(['eu-west-1', 'us-east-1'])
    const { LocationConstraint } = await server.s3.send(new GetBucketLocationCommand({ Bucket: 'european' }))
    expect(LocationConstraint).toBe('eu-west-1')
  })

  it('are created once, with a valid name, and deleted only when empty', async () => {
    const create = (name: string) => server.s3.send(new CreateBucketCommand({ Bucket: name }))
    const remove = () => server.s3.send(new DeleteBucketCommand({ Bucket }))
    expect(await refusal(create(Bucket))).toBe('409 BucketAlreadyOwnedByYou')
    expect(await refusal(create('No_Bucket'))).toBe('400 InvalidBucketName')
    await server.put('x', 'x')
    expect(await refusal(remove())).toBe('409 BucketNotEmpty')
    await signedFetch(`${server.url}/${Bucket}/x`, { method: 'DELETE' })
    await remove()
    expect(await refusal(server.s3.send(new HeadBucketCommand({ Bucket })))).toBe('404 NotFound')
  })
})

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right))

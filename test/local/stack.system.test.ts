import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Stack, startStack } from '../../local/stack.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'

let directory: string
let stack: Stack
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stack-'))
  stack = await startStack({ directory })
})
afterAll(async () => {
  await stack.stop()
  for (const url of [stack.api, stack.s3, stack.sqs]) await expect(fetch(url)).rejects.toThrow()
  await rm(directory, { recursive: true })
})

describe('the local stack', () => {
  it('listens only on the loopback address', () => {
    for (const url of [stack.api, stack.s3, stack.sqs]) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('serves the functions, with a reachable bucket', async () => {
    const response = await fetchDeclared(`${stack.api}/health`)
    expect(await response.json()).toMatchObject({ status: 'ok', dependencies: { bucket: 'reachable' } })
  })

  it('routes unknown requests to the $default function', async () => {
    const unknown = await fetchDeclared(`${stack.api}/nothing?a=1`)
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    const wrong = await fetchDeclared(`${stack.api}/health`, { method: 'DELETE' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('creates the working bucket and the queues', async () => {
    const s3 = new S3Client({ endpoint: stack.s3, forcePathStyle: true })
    const sqs = new SQSClient({ endpoint: stack.sqs })
    const { Buckets = [] } = await s3.send(new ListBucketsCommand())
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand())
    expect(Buckets.map(({ Name }) => Name)).toEqual([stack.bucket])
    const names = QueueUrls.map((url) => url.split('/').at(-1)).toSorted()
    expect(names).toEqual(
      ['chunks', 'dead-letter', 'deliveries', 'events', 'tasks', 'test-images'].map((name) => `groundwork-${name}`),
    )
    s3.destroy()
    sqs.destroy()
  })

  it('sets the environment of the functions', () => {
    const config = readConfig(process.env)
    expect(config).toMatchObject({
      region: 'us-east-1',
      bucket: stack.bucket,
      sourceBuckets: ['*'],
      allowLoopback: true,
    })
    for (const url of Object.values(config.queueUrls)) expect(url?.startsWith(`${stack.sqs}/`)).toBe(true)
  })

  it('rejects a second stack in the same process', async () => {
    await expect(startStack({ directory })).rejects.toThrow('one stack')
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endpoints } from '../../functions/pages.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { Running } from '../../local/running.ts'
import { bucketOrigin } from '../../shared/platform/aws/bucket-origin.ts'
import { s3Bucket } from '../../shared/platform/aws/s3-bucket.ts'
import { publicLambdas } from '../../shared/platform/http/several-routes.ts'
import { builtPages } from '../../shared/platform/http/web-pages/built-pages.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import { memoryPorts } from '../support/world/ports.ts'

let gateway: Running
beforeAll(async () => {
  const handler = publicLambdas(endpoints, () => memoryPorts())
  const functions = endpoints.map((endpoint) => ({ name: 'pages', endpoint, handler }))
  gateway = await startGateway({ endpoints: functions, port: 0 })
})
afterAll(() => gateway.stop())

const get = (path: string) => fetchDeclared(`${gateway.url}${path}`)
const filesOf = async (path: string): Promise<string[]> =>
  [...(await (await get(path)).text()).matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, name = '']) => name)

describe.each(['/', '/label', '/app'])('the page %s', (path) => {
  it('runs nothing but its own scripts, and loads from nowhere but its own origin and that of the bucket', async () => {
    const { status, headers } = await get(path)
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = headers.get('content-security-policy') ?? ''
    const origin = bucketOrigin(memoryPorts().config)
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        `img-src 'self' ${origin}`,
        `connect-src 'self' ${origin}`,
        "frame-ancestors 'none'",
        "form-action 'none'",
      ]),
    )
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('set-cookie')).toBeNull()
  })

  it('has no inline script or style', async () => {
    expect(await (await get(path)).text()).not.toMatch(/<script>|<style|style=|\son\w+=/)
  })

  it('is revalidated at each visit, and its files are kept for good', async () => {
    expect((await get(path)).headers.get('cache-control')).toBe('public, no-cache')
    const files = await filesOf(path)
    expect(files.length).toBeGreaterThan(2)
    for (const file of files) {
      const { status, headers } = await get(`/${file}`)
      expect([file, status, headers.get('cache-control')]).toEqual([file, 200, 'public, max-age=31536000, immutable'])
    }
  })

  it('is opened by links to which others have added parameters', async () => {
    expect((await get(`${path}?utm_source=mail`)).status).toBe(200)
  })
})

describe('a file of the pages', () => {
  it.each(['none.js', 'label-00000000.js', '..%2Fbuild.ts', 'build.json.tmp', 'label.js', 'constructor'])(
    'is none of this build: %s',
    async (name) => {
      const { status, headers } = await get(`/assets/${name}`)
      expect([status, headers.get('cache-control')]).toEqual([404, 'no-store'])
    },
  )

  it('is not sent when only an earlier build has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pages-'))
    try {
      await writeFile(join(folder, 'label-AAAAAAAA.js'), 'old')
      await writeFile(join(folder, 'label-BBBBBBBB.js'), 'new')
      const pages = { label: { scripts: ['label-BBBBBBBB.js'], styles: [] } }
      await writeFile(join(folder, 'build.json'), JSON.stringify({ icon: 'icon-CCCCCCCC.svg', pages }))
      const built = builtPages(folder)
      expect(await built.send('label-BBBBBBBB.js', 'identity')).toMatchObject({ status: 200, body: 'new' })
      await expect(built.send('label-AAAAAAAA.js', 'identity')).rejects.toMatchObject({ code: 'not-found' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('the script of the labeling page', () => {
  it('has less than 30 KB, compressed with gzip', async () => {
    const script = (await filesOf('/label')).find((name) => name.startsWith('assets/label-') && name.endsWith('.js'))
    const { gzipSync } = await import('node:zlib')
    const bytes = gzipSync(Buffer.from(await (await get(`/${script}`)).arrayBuffer())).length
    expect(bytes).toBeLessThan(30_000)
  })
})

describe('the origin of the bucket in the policy', () => {
  it.each([
    ['groundwork-1', 'us-east-1'],
    ['groundwork-1', 'eu-west-1'],
    ['groundwork-1', 'us-gov-west-1'],
    ['groundwork-1', 'cn-north-1'],
    ['my.bucket', 'eu-west-1'],
  ])('is that of links to %s in %s', async (bucket, region) => {
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
    const client = new S3Client({ region, credentials })
    const link = await s3Bucket(client, bucket, region).link('a/b.jpg', 60)
    expect(bucketOrigin({ bucket, region, s3Url: undefined })).toBe(new URL(link).origin)
  })

  it('is that of the S3 server on one machine', () => {
    expect(bucketOrigin({ bucket: 'b', region: 'us-east-1', s3Url: 'http://127.0.0.1:3100/' })).toBe(
      'http://127.0.0.1:3100',
    )
  })
})

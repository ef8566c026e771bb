import { beforeEach, describe, expect, it } from '@jest/globals'
import { endpoint } from '../../../functions/labeling/list-annotations.ts'
import type { AnnotationItem } from '../../../shared/manifests/output/annotations.ts'
import { catBox } from '../../support/fixtures/closed-work.ts'
import { consolidateAgain, dogBox, drew, endedJob } from '../../support/fixtures/ended-job.ts'
import { copiedPorts, create, putOutput } from '../../support/fixtures/labeling-jobs.ts'
import { toCopyUri } from '../../support/fixtures/pets.ts'
import { callEndpoint } from '../../support/http/call-endpoint.ts'
import type { HandlerResponse } from '../../support/http/call-handler.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const OUTPUT = 's3://work/data/b/cats-1/manifests/output/output.manifest'

const list = (
  ports: MemoryPorts,
  query: Readonly<Record<string, string>> = { links: 'true' },
  headers: Readonly<Record<string, string>> = {},
): Promise<HandlerResponse> => callEndpoint(endpoint, ports, { params: { job: 'cats-1' }, query, headers })

const itemsIn = ({ json }: HandlerResponse): AnnotationItem[] => json.items
const pathOf = (link: string | undefined): string | undefined => link && new URL(link).pathname

/** Puts unlabeled lines for these images into the output manifest. */
const putLines = (ports: MemoryPorts, sources: readonly string[]): void => {
  const lines = sources.map((source) => `${JSON.stringify({ 'source-ref': source })}\n`)
  ports.world.stored.set(OUTPUT, memoryObject(lines.join('')))
}

let ports: MemoryPorts
beforeEach(async () => {
  ports = await copiedPorts()
  await create(ports)
  ports.world.now = new Date('2026-01-02T03:20:00Z')
})

describe('GET /v1/labeling-jobs/{job}/annotations?links=true', () => {
  it('gives a link to the image of each line, whatever became of it', async () => {
    putOutput(ports, 'cats-1', ['labeled', 'empty', 'expired', 'unlabeled'])
    const items = itemsIn(await list(ports))
    expect(items.map(({ outcome, link, linkExpiresAt }) => [outcome, pathOf(link), linkExpiresAt])).toEqual(
      ['labeled', 'labeled', 'failed', 'unlabeled'].map((outcome, index) => [
        outcome,
        toCopyUri('b', index + 1).replace('s3://work', ''),
        '2026-01-02T03:45:00.000Z',
      ]),
    )
  })

  it('says the same as without, apart from the links', async () => {
    putOutput(ports, 'cats-1', ['labeled', 'expired'])
    const plain = await list(ports, {})
    const withoutLinks = itemsIn(await list(ports)).map(({ link: _, linkExpiresAt: __, ...item }) => item)
    expect(withoutLinks).toEqual(itemsIn(plain))
    expect(plain.body).not.toContain('X-Amz-')
  })

  it('gives links to copies of other batches and to test images', async () => {
    const sources = ['s3://work/data/c/images/1.JPEG', 's3://work/data/test/2.png']
    putLines(ports, sources)
    const paths = itemsIn(await list(ports)).map(({ link }) => pathOf(link))
    expect(paths).toEqual(sources.map((source) => source.replace('s3://work', '')))
  })

  it.each([
    's3://other/data/b/images/1.jpg',
    's3://work/system/labeling-key.json',
    's3://work/system/labeling-work/cats-1/images/1.jpg',
    's3://work/data/b/batch.json',
    's3://work/data/b/images/1.json',
    's3://work/data/b/images/deeper/1.jpg',
    's3://work/data/raw/pets/images/../images.csv',
    's3://work/images/1.jpg',
    'https://images.example/1.jpg',
  ])('gives no link to %s, whoever wrote that into the manifest', async (source) => {
    putLines(ports, [source, toCopyUri('b', 1)])
    const links = itemsIn(await list(ports)).map(({ link }) => link !== undefined)
    expect(links).toEqual([false, true])
  })

  it('gives links for labels that were made again, too', async () => {
    const ended = await endedJob({ lines: [{ answers: [drew(1, catBox()), drew(2, dogBox()), drew(3, catBox(2))] }] })
    await consolidateAgain(ended)
    const [item] = itemsIn(await list(ended, { links: 'true', consolidation: 'again' }))
    expect(item).toMatchObject({ outcome: 'labeled', link: expect.stringContaining('/data/b/images/') })
  })

  it('ends a page early where links are so long that it would exceed 4 MB', async () => {
    putLines(ports, Array(60).fill(toCopyUri('b', 1)))
    const link = async (key: string) => `https://bucket.example/${key}?${'x'.repeat(100_000)}`
    const page = await list({ ...ports, bucket: { ...ports.bucket, link } })
    expect([page.status, itemsIn(page).length > 20, itemsIn(page).length < 60]).toEqual([200, true, true])
    expect(page.json.nextCursor).toBeDefined()
  })

  it('answers 304 to polling within a quarter of an hour, and new links after it', async () => {
    putOutput(ports, 'cats-1', ['labeled'])
    const first = await list(ports)
    const poll = () => list(ports, undefined, { 'if-none-match': String(first.headers.etag) })
    ports.world.now = new Date('2026-01-02T03:29:59Z')
    expect((await poll()).status).toBe(304)
    ports.world.now = new Date('2026-01-02T03:30:00Z')
    const next = await poll()
    expect([next.status, next.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(itemsIn(next)[0]?.link).not.toBe(itemsIn(first)[0]?.link)
  })
})

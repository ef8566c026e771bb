import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createBatch } from '../../../shared/batches/create.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import type { MetricDimensions, MetricValues } from '../../../shared/platform/observability/metrics.ts'
import { drain, drainEvents } from '../../support/broker/drain.ts'
import { HOOK, happen, hooked } from '../../support/fixtures/hooked.ts'
import { copiedPorts, create } from '../../support/fixtures/labeling-jobs.ts'
import { cats, petsPorts, toSourceUri } from '../../support/fixtures/pets.ts'
import { MISSING, picturesPorts, request, SECRET } from '../../support/fixtures/test-images.ts'
import { isImageList } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

type Recorded = { values: MetricValues; dimensions?: MetricDimensions }

const RECORDED: Recorded[] = [
  { values: { ImagesCopied: 24, ImagesMissing: 1, ImagesFailed: 0 } },
  {
    values: { SelectionMilliseconds: 12.5, SelectionRequests: 9, SelectionBytes: 61_440 },
    dimensions: { strategy: 'index' },
  },
  { values: { ImagesFailed: 0 } },
  { values: { ImportBytes: 8_388_608 } },
]

const text = { type: 'string', minLength: 1, maxLength: 255 }
/** The JSON schema of the EMF specification, in part. */
const isEmbedded = new Ajv2020().compile({
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            properties: {
              Namespace: text,
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', minItems: 1, maxItems: 30, items: text },
              },
              Metrics: {
                type: 'array',
                minItems: 1,
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name', 'Unit'],
                  properties: { Name: text, Unit: { enum: ['Count', 'Bytes', 'Milliseconds'] } },
                },
              },
            },
          },
        },
      },
    },
  },
})

/** Records the metrics in a new process and returns the lines that it prints. */
function printMetrics(namespace: string | undefined): string[] {
  const program = `
    import { emfMetrics } from './shared/platform/aws/emf-metrics.ts'
    const metrics = emfMetrics(${JSON.stringify(namespace)}, 'request-1')
    for (const { values, dimensions } of ${JSON.stringify(RECORDED)}) metrics.record(values, dimensions)`
  const cwd = new URL('../../..', import.meta.url).pathname
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    env: {},
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\n').slice(0, -1)
}

describe('emfMetrics', () => {
  const from = Date.now()
  const lines = printMetrics('groundwork-dev').map((line) => JSON.parse(line))
  const to = Date.now()

  it('prints one line in the EMF format for each record that is not empty', () => {
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      expect([isEmbedded(line), isEmbedded.errors]).toEqual([true, null])
      const { Timestamp, CloudWatchMetrics } = line._aws
      expect(Timestamp).toBeGreaterThanOrEqual(from)
      expect(Timestamp).toBeLessThanOrEqual(to)
      for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
        expect(Namespace).toBe('groundwork-dev')
        for (const name of Dimensions.flat()) expect(typeof line[name]).toBe('string')
        for (const { Name } of Metrics) expect(typeof line[Name]).toBe('number')
      }
    }
  })

  it('prints values, dimensions and the request id', () => {
    const [copied, selected, imported] = lines
    expect(copied).toMatchObject({ ImagesCopied: 24, ImagesMissing: 1, service: 'groundwork', requestId: 'request-1' })
    expect(copied).not.toHaveProperty('ImagesFailed')
    expect(copied._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service']])
    expect(selected).toMatchObject({ SelectionMilliseconds: 12.5, SelectionRequests: 9, strategy: 'index' })
    expect(selected._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', 'strategy']])
    expect(selected._aws.CloudWatchMetrics[0].Metrics).toContainEqual({ Name: 'SelectionBytes', Unit: 'Bytes' })
    expect(imported._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service']])
    expect(imported).not.toHaveProperty('strategy')
  })

  it('prints nothing without a namespace', () => {
    expect(printMetrics(undefined)).toEqual([])
  })

  it('records the same as the in-memory fake', () => {
    const { metrics, world } = memoryPorts()
    for (const { values, dimensions } of RECORDED) metrics.record(values, dimensions)
    const expected = lines.map((line) => {
      const [{ Dimensions, Metrics }] = line._aws.CloudWatchMetrics
      const pick = (names: string[]) => Object.fromEntries(names.map((name) => [name, line[name]]))
      return {
        values: pick(Metrics.map(({ Name }: { Name: string }) => Name)),
        dimensions: pick(Dimensions.flat().filter((name: string) => name !== 'service')),
      }
    })
    expect(world.measured).toEqual(expected)
  })
})

/** Sums the recorded values by metric and dimension, such as `EventsSent batch.copied`. */
function sumMetrics({ world }: MemoryPorts): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const { values, dimensions } of world.measured)
    for (const [name, value] of Object.entries(values)) {
      const key = [name, ...Object.values(dimensions)].join(' ')
      totals[key] = (totals[key] ?? 0) + value
    }
  return totals
}

describe('recorded metrics', () => {
  it('cover imported bytes, the cost of a selection and copy outcomes', async () => {
    const ports = await petsPorts(cats(4))
    const imported = sumMetrics(ports)
    expect(imported).toEqual({ ImportBytes: expect.any(Number), 'EventsSent dataset.ready': 1 })
    const files = [...ports.world.stored].filter(([uri]) => /raw\/pets\/[^/]+\/[^/]+\.(csv|json)$/.test(uri))
    const published = files.filter(([uri]) => !/(import|classes|annotations-bbox)\.json$/.test(uri))
    expect(imported.ImportBytes).toBe(published.reduce((sum, [, { bytes }]) => sum + bytes.length, 0))

    ports.world.measured.splice(0)
    const { world } = ports
    const clock = ports.world.now.getTime()
    world.fault = ({ key }) => {
      if (isImageList(key)) world.now = new Date(clock + 250)
      return undefined
    }
    const request = BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 4 })
    const { state } = await createBatch('b', request, ports)
    const { strategy = '', requests = 0, bytes = 0 } = state.selection?.cost ?? {}
    expect(sumMetrics(ports)).toMatchObject({
      [`SelectionMilliseconds ${strategy}`]: 250,
      [`SelectionRequests ${strategy}`]: requests,
      [`SelectionBytes ${strategy}`]: bytes,
    })

    ports.world.measured.splice(0)
    world.stored.delete(toSourceUri(2))
    world.denied.add(toSourceUri(3))
    await startCopy('b', ports)
    await drain(ports)
    const ended = { ImagesCopied: 2, ImagesMissing: 1, ImagesDenied: 1, 'EventsSent batch.incomplete': 1 }
    expect(sumMetrics(ports)).toEqual(ended)

    // Images that were copied are not copied again, and so not counted again.
    ports.world.measured.splice(0)
    await startCopy('b', ports)
    await drain(ports)
    expect(sumMetrics(ports)).toEqual({ ImagesMissing: 1, ImagesDenied: 1, 'EventsSent batch.incomplete': 1 })
  })

  it('count every image of a dead-lettered chunk as failed', async () => {
    const ports = await petsPorts(cats(3))
    await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 }), ports)
    ports.world.measured.splice(0)
    ports.world.fault = ({ port }) => (port === 'copier' ? new Error('no network') : undefined)
    await startCopy('b', ports)
    await drain(ports)
    expect(sumMetrics(ports)).toEqual({ ImagesFailed: 3, 'EventsSent batch.incomplete': 1 })
  })

  it('count a labeling job once when its request is repeated', async () => {
    const ports = await copiedPorts()
    ports.world.measured.splice(0)
    await create(ports)
    await create(ports)
    expect(sumMetrics(ports)).toEqual({ LabelingJobsCreated: 1 })
  })

  it('cover delivery attempts by outcome, and the time until delivery', async () => {
    const ports = await hooked('silent')
    await happen(ports)
    await drainEvents(ports, { until: ports.world.now })
    ports.world.receivers.set(HOOK, { status: 200 })
    await drainEvents(ports)
    const attempts = {
      'WebhookAttempts failed': 1,
      'WebhookMilliseconds failed': 15_000,
      'WebhookAttempts delivered': 1,
    }
    const { DeliveryMilliseconds = 0, ...others } = sumMetrics(ports)
    expect(others).toEqual({ 'EventsSent batch.copied': 1, ...attempts })
    expect(DeliveryMilliseconds).toBeGreaterThan(15_000 + 4000)
  })

  it('count test images by outcome', async () => {
    const ports = picturesPorts()
    for (const url of [SECRET, MISSING]) await request(url, ports)
    await drain(ports)
    expect(sumMetrics(ports)).toEqual({ TestImagesStored: 1, TestImagesFailed: 1 })
  })
})

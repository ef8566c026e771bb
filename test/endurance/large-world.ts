import { MAX_SEATS } from '../../shared/contracts/worker.ts'
import { hashText } from '../../shared/labeling/workers/link.ts'
import { MAX_CLASS_IDS } from '../../shared/open-images/resolve-classes.ts'
import { drain } from '../support/broker/drain.ts'
import { idleWorld } from '../support/fixtures/every-record.ts'
import { HEADER, imageId } from '../support/fixtures/small-dataset.ts'
import { hire } from '../support/fixtures/workers.ts'
import { callApi } from '../support/http/call-api.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts } from '../support/world/ports.ts'

const range = (count: number): number[] => [...Array(count).keys()]

/** Requested classes, with names of 200 characters of three bytes each; the others are their subclasses. */
const TOP_CLASSES = 100
export const WIDE_NAMES = range(TOP_CLASSES).map((at) => String(at).padStart(200, '名'))
/** Ids of 63 characters, the most that there are. */
const toId = (at: number): string => `/m/${String(at).padStart(60, '0')}`
const SUBCLASSES = MAX_CLASS_IDS - TOP_CLASSES

/** Images of the first class, with so many boxes each. */
const CROWDED_IMAGES = 10
const BOXES = 1000

const annotations = (): string =>
  [
    HEADER,
    ...range(CROWDED_IMAGES).flatMap((image) =>
      Array(BOXES).fill(
        `${imageId(image + 1)},freeform,${toId(0)},1,0.1234567890123456,0.9234567890123456,0.1234567890123456,0.9234567890123456,-1,-1,-1,-1,-1`,
      ),
    ),
    ...range(TOP_CLASSES).map((at) => `${imageId(1000 + at)},freeform,${toId(at)},1,0.1,0.9,0.1,0.9,0,0,0,0,0`),
    '',
  ].join('\n')

const classFile = (): string =>
  range(MAX_CLASS_IDS)
    .map((at) => `${toId(at)},${WIDE_NAMES[at] ?? `${at} ${'"'.repeat(30)}`.replaceAll('"', '名')}\n`)
    .join('')

const hierarchy = (): string =>
  JSON.stringify({
    LabelName: '/m/0bl9f',
    Subcategory: range(TOP_CLASSES).map((top) => ({
      LabelName: toId(top),
      Subcategory: range(SUBCLASSES / TOP_CLASSES).map((at) => ({
        LabelName: toId(TOP_CLASSES + top + at * TOP_CLASSES),
      })),
    })),
  })

/** The body that registers a dataset whose texts are as long as they may be. */
export const WIDE_REGISTRATION = {
  title: '名'.repeat(200),
  sources: {
    annotations: 's3://other/wide.csv',
    classDescriptions: 's3://other/wide-classes.csv',
    hierarchy: 's3://other/wide-hierarchy.json',
  },
  imageLocation: `s3://open-images-dataset/${'x'.repeat(900)}/{imageId}.jpg`,
  skipImages: range(10_000).map((at) => imageId(1_000_000 + at)),
}

/** The body that creates a batch of as many classes, with as many subclasses, as it may have. */
export const WIDE_BATCH = {
  dataset: 'wide',
  classNames: WIDE_NAMES,
  examplesPerClass: 20,
  skipImages: WIDE_REGISTRATION.skipImages,
}

/** Changes a stored JSON object. */
function edit({ world }: MemoryPorts, key: string, change: (value: Record<string, unknown>) => object): void {
  const uri = `s3://work/${key}`
  const value = JSON.parse(Buffer.from(world.stored.get(uri)?.bytes ?? '{}').toString())
  world.stored.set(uri, memoryObject(JSON.stringify({ ...value, ...change(value) })))
}

/** Stores workers whose links are shared by as many as can be, and whose seats are all taken. */
async function addWorkers(ports: MemoryPorts): Promise<void> {
  const taken = range(MAX_SEATS).map((at) => ({ sha256: hashText(String(at)), at: '2026-01-02T03:04:05.000Z' }))
  for (const at of range(300)) {
    await hire(ports, `crowd-${at}`, { seats: MAX_SEATS, jobs: range(100).map((job) => `${job}`.padStart(63, 'j')) })
    edit(ports, `system/labeling-workers/crowd-${at}.json`, () => ({ taken }))
  }
}

/**
 * Returns a world with one of everything, and with what makes answers large: the dataset `wide` and its batches `wide-0` to
 * `wide-2`, at the limits; `wide-0` has a manifest of more than 4 MB that somebody edited. The job `cats-1` has an output
 * manifest of long lines, and as many omitted images as are listed. 300 workers share links.
 */
export async function largeWorld(): Promise<MemoryPorts> {
  const ports = memoryPorts({ world: await idleWorld() })
  const files = { 'wide.csv': annotations(), 'wide-classes.csv': classFile(), 'wide-hierarchy.json': hierarchy() }
  for (const [name, text] of Object.entries(files)) ports.world.stored.set(`s3://other/${name}`, memoryObject(text))
  await callApi('registerDataset', ports, { params: { dataset: 'wide' }, body: WIDE_REGISTRATION })
  await callApi('importDataset', ports, { params: { dataset: 'wide' } })
  await drain(ports)
  for (const at of range(3)) await callApi('createBatch', ports, { params: { batch: `wide-${at}` }, body: WIDE_BATCH })
  await callApi('startCopy', ports, { params: { batch: 'wide-0' } })
  await drain(ports)
  const line = `${JSON.stringify({ 'source-ref': `s3://work/${'"'.repeat(1000)}` })}\n`
  ports.world.stored.set('s3://work/data/wide-0/manifests/input.manifest', memoryObject(line.repeat(2500)))
  edit(ports, 'system/labeling-jobs/cats-1.json', () => ({
    labels: ['名'.repeat(200)],
    omissions: {
      omittedCount: 1000,
      omittedByOutcome: { missing: 1000 },
      omitted: range(1000).map((at) => ({ imageId: imageId(at), outcome: 'missing', reason: '名'.repeat(300) })),
      extraLines: 0,
    },
  }))
  const boxes = Array(3000).fill({ class_id: 0, left: 1, top: 1, width: 1, height: 1 })
  const labels = {
    labels: { annotations: boxes, image_size: [{ width: 400, height: 200, depth: 3 }] },
    'labels-metadata': {
      objects: boxes.map(() => ({ confidence: 1 })),
      type: 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': '2026-01-02T03:04:05.000001',
      'job-name': 'labeling-job/cats-1',
    },
  }
  const output = range(20).map((at) => JSON.stringify({ 'source-ref': `s3://work/data/b/images/${at}.jpg`, ...labels }))
  ports.world.stored.set('s3://work/data/b/cats-1/manifests/output/output.manifest', memoryObject(output.join('\n')))
  await addWorkers(ports)
  return ports
}

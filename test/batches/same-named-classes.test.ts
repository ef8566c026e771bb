import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { ManifestRequest } from '../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { writeManifest } from '../../shared/manifests/input/write-manifest.ts'
import { drain } from '../support/broker/drain.ts'
import { jpeg } from '../support/fixtures/pets.ts'
import { imageId, row, smallDataset, TIRE, toCsv } from '../support/fixtures/small-dataset.ts'
import { memoryObject } from '../support/world/memory-object.ts'

const BIRD = '/m/05'
const MACHINE = '/m/06'

/** A dataset of three images: a Crane, another Crane, and both with a Tire. */
async function cranes() {
  const ports = await smallDataset({
    'boxes.csv': toCsv(
      row(imageId(1), BIRD),
      row(imageId(2), MACHINE),
      ...[BIRD, MACHINE, TIRE].map((classId) => row(imageId(3), classId)),
    ),
    'names.csv': `${BIRD},Crane\n${MACHINE},crane\n${TIRE},Tire\n`,
    'hierarchy.json': JSON.stringify({
      LabelName: '/m/0bl9f',
      Subcategory: [{ LabelName: BIRD }, { LabelName: TIRE }],
    }),
  })
  for (const number of [1, 2, 3])
    ports.world.stored.set(`s3://open-images-dataset/test/${imageId(number)}.jpg`, memoryObject(jpeg(400, 200)))
  await startImport('small', ports)
  await drain(ports)
  return ports
}
/** Creates a batch of these classes, copies it, and returns its class names and the boxes of its manifest by image. */
async function labels(...classNames: string[]) {
  const ports = await cranes()
  const request = BatchRequest.parse({ dataset: 'small', classNames, examplesPerClass: 3 })
  const { state } = await createBatch('b', request, ports)
  await startCopy('b', ports)
  await drain(ports)
  await writeManifest('b', ManifestRequest.parse({ boxes: 'open-images' }), { store: true }, ports)
  const text = Buffer.from(ports.world.stored.get('s3://work/data/b/manifests/input.manifest')!.bytes).toString()
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const boxes = lines.map((line): [string, string[]] => {
    const map = line['open-images-boxes-metadata']['class-map']
    const ids: { class_id: number }[] = line['open-images-boxes'].annotations
    return [line['source-ref'].slice(-20, -4), ids.map(({ class_id }) => map[class_id])]
  })
  return {
    classNames: state.selection?.classes.map(({ className }) => className),
    boxes: Object.fromEntries(boxes),
  }
}

describe('a batch of classes that share a name', () => {
  it('keeps them apart by their ids, in its classes and in the boxes of its manifest', async () => {
    const [bird, machine] = [`Crane (${BIRD})`, `crane (${MACHINE})`]
    expect(await labels(BIRD, MACHINE, 'tire')).toEqual({
      classNames: [bird, machine, 'Tire'],
      boxes: { [imageId(1)]: [bird], [imageId(2)]: [machine], [imageId(3)]: [bird, machine, 'Tire'] },
    })
  })

  it('leaves the name as it is where only one of them is requested', async () => {
    expect(await labels(BIRD)).toMatchObject({ classNames: ['Crane'], boxes: { [imageId(1)]: ['Crane'] } })
  })

  it('cannot be requested by the name, and the error says by which ids', async () => {
    await expect(labels('Crane')).rejects.toMatchObject({ issues: [{ suggestions: [BIRD, MACHINE] }] })
  })
})

import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import { readDatasetState, smallDataset } from '../support/fixtures/small-dataset.ts'
import { imageListKeyAt, ROOT } from '../support/world/bucket-contents.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { copyWorld } from '../support/world/world.ts'
import { randomCsv } from './engine/random-csv.ts'

const CLASS_IDS = ['/m/0a', '/m/0b', '/m/01c', '/m/0d_e']
const NAMES = ['/m/0all,All', ...CLASS_IDS.map((classId, number) => `${classId},Class ${number}`)].join('\n')
const HIERARCHY = JSON.stringify({
  LabelName: '/m/0root',
  Subcategory: [
    { LabelName: '/m/0a' },
    { LabelName: '/m/0all', Subcategory: CLASS_IDS.slice(1).map((LabelName) => ({ LabelName })) },
  ],
})

const randomRequest = fc.record({
  dataset: fc.constant('small'),
  classNames: fc.uniqueArray(fc.constantFrom('/m/0all', ...CLASS_IDS), { minLength: 1, maxLength: 3 }),
  examplesPerClass: fc.integer({ min: 1, max: 4 }),
  batchOffset: fc.integer({ min: 0, max: 3 }),
  allocation: fc.constantFrom('disjoint', 'window'),
  skipImages: fc.subarray(['0', 'a', 'f'].map((digit) => digit.repeat(16))),
  excludeFlags: fc.subarray(['isOccluded', 'isGroupOf']),
})

let imports = 0

describe('selecting images from an imported box file', () => {
  it('uses an index if the file is grouped by image, and selects the same as a scan, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(randomCsv, randomRequest, async ({ rows, text }, request) => {
        fc.pre(rows.length > 0)
        const ports = await smallDataset({ 'boxes.csv': text, 'names.csv': NAMES, 'hierarchy.json': HIERARCHY })
        // The files of an import are cached by its id, so every import needs another one.
        imports += 1
        ports.world.ids = imports * 10_000
        await startImport('small', ports)
        expect(await drain(ports)).toEqual([])
        const runs = rows.filter(({ ImageID }, at) => ImageID !== rows[at - 1]?.ImageID)
        const isGrouped = runs.length === new Set(runs.map(({ ImageID }) => ImageID)).size
        expect(readDatasetState(ports).current?.index !== undefined).toBe(isGrouped)
        const selectBy = async (strategy: string) => {
          const world = copyWorld(ports.world)
          const { state } = await createBatch('b', BatchRequest.parse({ ...request, strategy }), memoryPorts({ world }))
          return {
            usedStrategy: state.selection?.cost.strategy,
            text: Buffer.from(world.stored.get(ROOT + imageListKeyAt(world, 'b'))!.bytes).toString(),
          }
        }
        const [auto, scan] = [await selectBy('auto'), await selectBy('scan')]
        expect(auto.usedStrategy).toBe(isGrouped ? 'index' : 'scan')
        expect(auto.text).toBe(scan.text)
      }),
      { numRuns: 150 },
    )
  })
})

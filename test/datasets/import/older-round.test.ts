import { describe, expect, it } from '@jest/globals'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import { readDatasetState, smallDataset } from '../../support/fixtures/small-dataset.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const key = (ports: MemoryPorts, name: string) =>
  `s3://work/data/raw/small/${readDatasetState(ports).importing?.importId}/rounds/check/1/${name}`

/** Starts an import whose rows nobody has checked, and changes what its round does. */
async function importWithRound(chunks: readonly number[]): Promise<MemoryPorts> {
  const ports = await smallDataset()
  await startImport('small', ports)
  await drain(ports, { lost: (message) => 'chunk' in message && message.job === 'check-rows' })
  const start = ports.world.stored.get(key(ports, 'start.json'))
  const changed = { ...JSON.parse(Buffer.from(start!.bytes).toString()), chunks }
  ports.world.stored.set(key(ports, 'start.json'), memoryObject(JSON.stringify(changed)))
  return ports
}

describe('a round of checks that was started by a version which checked the box file only', () => {
  it('makes the dataset ready, and says nothing of licenses', async () => {
    const ports = await importWithRound([0])
    await startImport('small', ports)
    await drain(ports)
    const { state, imageCount, imageList, warnings } = await describeDataset('small', readDatasetState(ports), ports)
    expect({ state, imageCount, imageList, warnings }).toEqual({
      state: 'ready',
      imageCount: 4,
      imageList: undefined,
      warnings: [],
    })
  })

  it('is told from a round whose receipt of the image list was lost: that import fails', async () => {
    const ports = await importWithRound([0, 1])
    await startImport('small', ports)
    const lost = key(ports, '0001.json')
    ports.world.pause = async ({ key: called, method }) => {
      // After the end of the round was written, what follows reads the receipts.
      if (method === 'get' && called.endsWith('dataset.json')) ports.world.stored.delete(lost)
    }
    await drain(ports)
    const { problem, current } = readDatasetState(ports)
    expect(current).toBeUndefined()
    expect(problem).toMatchObject({ code: 'corrupt-state', detail: expect.stringContaining('0001.json') })
  })
})

import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import { CSV, imageId, readDatasetState, smallDataset } from '../support/fixtures/small-dataset.ts'
import { keysUnder } from '../support/world/bucket-contents.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { worldWithStream } from './importing.ts'

describe('importing a dataset', () => {
  it('fails and names the box file when the stored box file is replaced before its rows are counted', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    ports.world.pause = async ({ method, key }) => {
      if (method !== 'get' || !key.endsWith('rounds/check/1/start.json')) return
      const uri = [...ports.world.stored.keys()].find((each) => each.endsWith('/annotations-bbox.csv')) ?? ''
      ports.world.stored.set(uri, memoryObject(CSV.replace(imageId(1), imageId(7))))
    }
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({
      problem: { code: 'corrupt-state', detail: expect.stringContaining('/annotations-bbox.csv') },
    })
    expect(readDatasetState(ports).current).toBeUndefined()
  })

  it('fails when the stream of a file ends early', async () => {
    const ports = memoryPorts({ world: await worldWithStream() })
    const open: typeof ports.files.open = async (uri, etag) => {
      const file = await ports.files.open(uri, etag)
      if (!uri.startsWith('https:')) return file
      return {
        ...file,
        stream: async function* () {
          for await (const chunk of file.stream()) {
            yield chunk.subarray(0, 1000)
            return
          }
        },
      }
    }
    const truncating = { ...ports, files: { open } }
    await startImport('small', truncating)
    await drain(truncating)
    expect(readDatasetState(ports).problem).toBeDefined()
    expect(keysUnder(ports.world, 'data/raw/small/').filter((key) => key.endsWith('.csv'))).toEqual([])
  })
})

import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { CSV, imageId, readDatasetState, smallDataset } from '../support/fixtures/small-dataset.ts'
import { keysUnder } from '../support/world/bucket-contents.ts'
import { drain } from '../support/world/drain.ts'
import { memoryPorts } from '../support/world/ports.ts'
import { memoryObject } from '../support/world/world.ts'
import { worldWithStream } from './importing.ts'

describe('an import', () => {
  it('does not count the rows of a box file that was put in place of the one that was stored', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    ports.world.pause = async ({ method, key }) => {
      if (method !== 'get' || !key.endsWith('rounds/check/1/start.json')) return
      const uri = [...ports.world.stored.keys()].find((each) => each.endsWith('/annotations-bbox.csv')) ?? ''
      ports.world.stored.set(uri, memoryObject(CSV.replace(imageId(1), imageId(7))))
    }
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({ problem: { code: 'source-changed' } })
    expect(readDatasetState(ports).current).toBeUndefined()
  })

  it('does not take a file for whole whose stream ends early', async () => {
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
    const cutting = { ...ports, files: { open } }
    await startImport('small', cutting)
    await drain(cutting)
    expect(readDatasetState(ports).problem).toBeDefined()
    expect(keysUnder(ports.world, 'data/raw/small/').filter((key) => key.endsWith('.csv'))).toEqual([])
  })
})

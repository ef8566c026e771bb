import { describe, expect, it } from '@jest/globals'
import { readyDataset } from '../../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../../shared/datasets/register/forget.ts'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import { getDataset } from '../../../shared/datasets/store.ts'
import { drain } from '../../support/broker/drain.ts'
import { listKeys, REGISTRATION, readDatasetState, smallDataset } from '../../support/fixtures/small-dataset.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

async function importedDataset() {
  const ports = await smallDataset()
  await startImport('small', ports)
  await drain(ports)
  return ports
}
const WRONG_STATE = { code: 'wrong-state', message: expect.stringContaining('is being deleted') }
const register = (ports: MemoryPorts) => registerDataset('small', REGISTRATION, { validateOnly: false }, ports)

describe('forgetDataset', () => {
  it('removes all objects of the dataset', async () => {
    const ports = await importedDataset()
    await forgetDataset('small', ports)
    expect(listKeys(ports)).toEqual([])
    await expect(forgetDataset('small', ports)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('can be resumed after a crash at any call, and rejects all other operations until then', async () => {
    const complete = await importedDataset()
    const from = complete.world.calls.length
    await forgetDataset('small', complete)
    for (let call = from + 1; call <= complete.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await importedDataset()
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(forgetDataset('small', ports)).rejects.toThrow(SimulatedCrash)
        ports.world.fault = () => undefined
        if (listKeys(ports).length === 0) continue
        if (readDatasetState(ports).deleting) {
          const { value } = await getDataset('small', ports)
          expect((await describeDataset('small', value, ports)).state).toBe('deleting')
          await expect(register(ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(startImport('small', ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(previewImport('small', ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(readyDataset('small', ports)).rejects.toMatchObject(WRONG_STATE)
        }
        await forgetDataset('small', ports)
        expect({ call, keys: listKeys(ports) }).toEqual({ call, keys: [] })
        expect(await register(ports)).toMatchObject({ created: true })
      }
  })

  it('rejects either the deletion or a concurrent import', async () => {
    const complete = await smallDataset()
    const from = complete.world.calls.length
    await forgetDataset('small', complete)
    for (let call = from + 1; call <= complete.world.calls.length; call++) {
      const ports = await smallDataset()
      const starts: Promise<unknown>[] = []
      ports.world.fault = (_, number) => {
        if (number === call) starts.push(startImport('small', ports))
        return undefined
      }
      const [forgotten] = await Promise.allSettled([forgetDataset('small', ports)])
      const [started] = await Promise.allSettled(starts)
      expect({ call, both: [forgotten?.status, started?.status].sort() }).toEqual({
        call,
        both: ['fulfilled', 'rejected'],
      })
      await drain(ports)
      expect({ call, left: listKeys(ports).length > 0 }).toEqual({ call, left: started?.status === 'fulfilled' })
    }
  })

  it('is refused while an import is running', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    const keys = listKeys(ports)
    await expect(forgetDataset('small', ports)).rejects.toMatchObject({ code: 'wrong-state' })
    expect(listKeys(ports)).toEqual(keys)
  })

  it('does not touch a dataset that was deleted by another call, registered and imported again', async () => {
    const ports = await importedDataset()
    const keys = listKeys(ports).length
    let isFirst = true
    ports.world.pause = async ({ method }) => {
      if (!isFirst || method !== 'list') return
      isFirst = false
      await forgetDataset('small', ports)
      await register(ports)
      await startImport('small', ports)
      await drain(ports)
    }
    expect(await forgetDataset('small', ports)).toMatchObject({ removed: 0 })
    expect(readDatasetState(ports).current).toBeDefined()
    expect(listKeys(ports)).toHaveLength(keys)
  })

  it('resets a catalog dataset to registered', async () => {
    const ports = memoryPorts()
    const name = 'open-images-v4-test'
    await forgetDataset(name, ports)
    expect(ports.world.stored.size).toBe(0)
    const { value } = await getDataset(name, ports)
    expect((await describeDataset(name, value, ports)).state).toBe('registered')
  })
})

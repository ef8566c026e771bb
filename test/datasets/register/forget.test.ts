import { describe, expect, it } from '@jest/globals'
import { readyDataset } from '../../../shared/datasets/classes/class-files.ts'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { previewImport, startImport } from '../../../shared/datasets/import/start-import.ts'
import { forgetDataset, registerDataset } from '../../../shared/datasets/register/register.ts'
import { getDataset } from '../../../shared/datasets/store.ts'
import { keysOf, REGISTRATION, smallDataset, stateOf } from '../../support/fixtures/small-dataset.ts'
import { drain } from '../../support/world/drain.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'
import { Died } from '../../support/world/world.ts'

async function importedDataset() {
  const ports = await smallDataset()
  await startImport('small', ports)
  await drain(ports)
  return ports
}
const WRONG_STATE = { code: 'wrong-state', message: expect.stringContaining('is being deleted') }
const register = (ports: MemoryPorts) => registerDataset('small', REGISTRATION, { validateOnly: false }, ports)

describe('forgetDataset', () => {
  it('leaves nothing', async () => {
    const ports = await importedDataset()
    await forgetDataset('small', ports)
    expect(keysOf(ports)).toEqual([])
    await expect(forgetDataset('small', ports)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('can be gone on with wherever it died; until then nothing else can be done with the dataset', async () => {
    const whole = await importedDataset()
    const from = whole.world.calls.length
    await forgetDataset('small', whole)
    for (let call = from + 1; call <= whole.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await importedDataset()
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(forgetDataset('small', ports)).rejects.toThrow(Died)
        ports.world.fault = () => undefined
        if (keysOf(ports).length === 0) continue
        if (stateOf(ports).deleting) {
          const { value } = await getDataset('small', ports)
          expect((await describeDataset('small', value, ports)).state).toBe('deleting')
          await expect(register(ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(startImport('small', ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(previewImport('small', ports)).rejects.toMatchObject(WRONG_STATE)
          await expect(readyDataset('small', ports)).rejects.toMatchObject(WRONG_STATE)
        }
        await forgetDataset('small', ports)
        expect({ call, keys: keysOf(ports) }).toEqual({ call, keys: [] })
        expect(await register(ports)).toMatchObject({ created: true })
      }
  })

  it('and an import that begins meanwhile: one of them is refused', async () => {
    const whole = await smallDataset()
    const from = whole.world.calls.length
    await forgetDataset('small', whole)
    for (let call = from + 1; call <= whole.world.calls.length; call++) {
      const ports = await smallDataset()
      const begun: Promise<unknown>[] = []
      ports.world.fault = (_, number) => {
        if (number === call) begun.push(startImport('small', ports))
        return undefined
      }
      const [forgotten] = await Promise.allSettled([forgetDataset('small', ports)])
      const [started] = await Promise.allSettled(begun)
      expect({ call, both: [forgotten?.status, started?.status].sort() }).toEqual({
        call,
        both: ['fulfilled', 'rejected'],
      })
      await drain(ports)
      expect({ call, left: keysOf(ports).length > 0 }).toEqual({ call, left: started?.status === 'fulfilled' })
    }
  })

  it('gives back a dataset of the catalog as it was at first', async () => {
    const ports = memoryPorts()
    const name = 'open-images-v4-test'
    await forgetDataset(name, ports)
    expect(ports.world.stored.size).toBe(0)
    const { value } = await getDataset(name, ports)
    expect((await describeDataset(name, value, ports)).state).toBe('registered')
  })
})

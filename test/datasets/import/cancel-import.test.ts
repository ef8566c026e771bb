import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { cancelImport } from '../../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  imageId,
  LARGE_IMAGE_LIST,
  listEvents,
  listKeys,
  putSources,
  readDatasetState,
  row,
  smallDataset,
  TIRE,
  toCsv,
} from '../../support/fixtures/small-dataset.ts'
import { SimulatedCrash } from '../../support/world/call.ts'

const isRoundEnd = (key: string) => /\/rounds\/(fetch|check)\/1\.json$/.test(key)

/** Small enough to import often. Its image list has two parts. */
const MANY_PARTS = { 'images.csv': LARGE_IMAGE_LIST }

describe('cancelImport', () => {
  it.each([0, 1, 2, 4, 5, 6, 7])(
    'restores the dataset and keeps only the ends of its rounds (after %i messages)',
    async (messages) => {
      const ports = await smallDataset(MANY_PARTS)
      const before = readDatasetState(ports)
      await startImport('small', ports)
      let remaining = messages
      const cancelled: boolean[] = []
      const cancelInTime = async () => {
        if (remaining === 0) cancelled.push(await cancelImport('small', ports).then(() => true))
        remaining -= 1
      }
      await cancelInTime()
      expect(await drain(ports, { after: cancelInTime })).toEqual([])
      expect(cancelled).toEqual([true])
      expect(readDatasetState(ports)).toEqual({ ...before, nonce: expect.any(String) })
      expect(listKeys(ports).filter((key) => !isRoundEnd(key))).toEqual(['dataset.json'])
      expect(ports.world.uploads.open.size).toBe(0)
      expect(listEvents(ports)).toEqual([])
    },
  )

  it('keeps the previous import', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const before = readDatasetState(ports)
    const keys = listKeys(ports)
    putSources(ports, { 'boxes.csv': toCsv(row(imageId(9), TIRE)) })
    await startImport('small', ports)
    await cancelImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports)).toEqual({ ...before, nonce: expect.any(String) })
    expect(listKeys(ports).filter((key) => !isRoundEnd(key))).toEqual(keys.filter((key) => !isRoundEnd(key)))
  })

  it('removes the plan first, so that workers see that the import has ended', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await cancelImport('small', ports)
    const removals = ports.world.calls.filter(({ method }) => method === 'remove')
    expect(removals[0]?.key).toMatch(/\/import\.json$/)
    expect(removals).toHaveLength(2)
  })

  it('has late messages ignored even while the state of the dataset is damaged', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await cancelImport('small', ports)
    await ports.objects.put('data/raw/small/dataset.json', '')
    expect(await drain(ports)).toEqual([])
  })

  it('throws wrong-state when no import is running', async () => {
    const ports = await smallDataset()
    const rejection = { code: 'wrong-state', message: expect.stringContaining('"small"') }
    await expect(cancelImport('small', ports)).rejects.toMatchObject(rejection)
    await startImport('small', ports)
    await drain(ports)
    await expect(cancelImport('small', ports)).rejects.toMatchObject(rejection)
  })

  it('allows a new import', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await cancelImport('small', ports)
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports).current).toMatchObject({ imageCount: 4 })
  })

  it('can be resumed after a crash at any call, and rejects an import until then', async () => {
    const complete = await smallDataset(MANY_PARTS)
    const before = readDatasetState(complete)
    await startImport('small', complete)
    const from = complete.world.calls.length
    await cancelImport('small', complete)
    // The first calls are two reads and the write that marks the import; a crash before that cancels nothing.
    for (let call = from + 4; call <= complete.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await smallDataset(MANY_PARTS)
        await startImport('small', ports)
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(cancelImport('small', ports)).rejects.toThrow(SimulatedCrash)
        ports.world.fault = () => undefined
        if (readDatasetState(ports).importing) {
          await expect(startImport('small', ports)).rejects.toMatchObject({ code: 'wrong-state' })
          await cancelImport('small', ports)
        }
        expect(await drain(ports)).toEqual([])
        expect({ call, ...readDatasetState(ports) }).toEqual({ call, ...before, nonce: expect.any(String) })
        expect({ call, keys: listKeys(ports).filter((key) => !isRoundEnd(key)) }).toEqual({
          call,
          keys: ['dataset.json'],
        })
        expect(ports.world.uploads.open.size).toBe(0)
      }
  })

  it('leaves nothing when it runs concurrently with the start of the import', async () => {
    const complete = await smallDataset(MANY_PARTS)
    const from = complete.world.calls.length
    await startImport('small', complete)
    for (let call = from + 1; call <= complete.world.calls.length; call++) {
      const ports = await smallDataset(MANY_PARTS)
      let cancelled: Promise<unknown> = Promise.resolve()
      ports.world.fault = (_, number) => {
        if (number === call) cancelled = cancelImport('small', ports).catch((error: unknown) => error)
        return undefined
      }
      await startImport('small', ports)
      const rejection = await cancelled
      expect({ call, errors: await drain(ports) }).toEqual({ call, errors: [] })
      expect({ call, ready: readDatasetState(ports).current !== undefined }).toEqual({
        call,
        ready: rejection instanceof AppError,
      })
      if (rejection instanceof AppError) continue
      expect({ call, keys: listKeys(ports).filter((key) => !isRoundEnd(key)) }).toEqual({
        call,
        keys: ['dataset.json'],
      })
      expect({ call, uploads: ports.world.uploads.open.size }).toEqual({ call, uploads: 0 })
    }
  })

  it('leaves nothing when it ends before a slow start has written the plan', async () => {
    const ports = await smallDataset(MANY_PARTS)
    const before = readDatasetState(ports)
    const start = async (key: string) => {
      await cancelImport('small', ports)
      return ports.uploads.start(key)
    }
    await startImport('small', { ...ports, uploads: { ...ports.uploads, start } })
    expect(await drain(ports)).toEqual([])
    expect(readDatasetState(ports)).toEqual({ ...before, nonce: expect.any(String) })
    expect(listKeys(ports).filter((key) => !isRoundEnd(key))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
  })

  it('either cancels the import or is rejected, at any call of the workers', async () => {
    const complete = await smallDataset()
    await startImport('small', complete)
    const from = complete.world.calls.length
    await drain(complete)
    for (let call = from + 1; call <= complete.world.calls.length; call++) {
      const ports = await smallDataset()
      await startImport('small', ports)
      let cancelled: Promise<unknown> = Promise.resolve()
      ports.world.fault = (_, number) => {
        if (number === call) cancelled = cancelImport('small', ports).catch((error: unknown) => error)
        return undefined
      }
      await drain(ports)
      const rejection = await cancelled
      await drain(ports)
      const { current, importing, problem } = readDatasetState(ports)
      expect({ call, importing, problem }).toEqual({ call, importing: undefined, problem: undefined })
      expect({ call, ready: current !== undefined }).toEqual({ call, ready: rejection instanceof AppError })
      expect(listEvents(ports).length).toBe(current ? 1 : 0)
      if (!current)
        expect({ call, keys: listKeys(ports).filter((key) => !isRoundEnd(key)) }).toEqual({
          call,
          keys: ['dataset.json'],
        })
    }
  })
})

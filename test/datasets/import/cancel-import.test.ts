import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { cancelImport } from '../../../shared/datasets/import/cancel-import.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import {
  csvOf,
  eventsOf,
  imageId,
  keysOf,
  LARGE_IMAGE_LIST,
  putSources,
  row,
  smallDataset,
  stateOf,
  TIRE,
} from '../../support/fixtures/small-dataset.ts'
import { drain } from '../../support/world/drain.ts'
import { Died } from '../../support/world/world.ts'

const isRoundEnd = (key: string) => /\/rounds\/(fetch|check)\/1\.json$/.test(key)

/** Small enough to run often; its image list comes in two parts. */
const MANY_PARTS = { 'images.csv': LARGE_IMAGE_LIST }

describe('cancelImport', () => {
  it.each([0, 1, 2, 4, 5, 6, 7])(
    'leaves the dataset as it was, with nothing but the ends of rounds (after %i messages)',
    async (messages) => {
      const ports = await smallDataset(MANY_PARTS)
      const before = stateOf(ports)
      await startImport('small', ports)
      let left = messages
      const cancelled: boolean[] = []
      const cancelInTime = async () => {
        if (left === 0) cancelled.push(await cancelImport('small', ports).then(() => true))
        left -= 1
      }
      await cancelInTime()
      expect(await drain(ports, { after: cancelInTime })).toEqual([])
      expect(cancelled).toEqual([true])
      expect(stateOf(ports)).toEqual({ ...before, nonce: expect.any(String) })
      expect(keysOf(ports).filter((key) => !isRoundEnd(key))).toEqual(['dataset.json'])
      expect(ports.world.uploads.open.size).toBe(0)
      expect(eventsOf(ports)).toEqual([])
    },
  )

  it('leaves what was imported before', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await drain(ports)
    const before = stateOf(ports)
    const keys = keysOf(ports)
    putSources(ports, { 'boxes.csv': csvOf(row(imageId(9), TIRE)) })
    await startImport('small', ports)
    await cancelImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(stateOf(ports)).toEqual({ ...before, nonce: expect.any(String) })
    expect(keysOf(ports).filter((key) => !isRoundEnd(key))).toEqual(keys.filter((key) => !isRoundEnd(key)))
  })

  it('removes the plan before all else, so that workers see that the import is over', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await cancelImport('small', ports)
    const removals = ports.world.calls.filter(({ method }) => method === 'remove')
    expect(removals[0]?.key).toMatch(/\/import\.json$/)
    expect(removals).toHaveLength(2)
  })

  it('is refused when none runs', async () => {
    const ports = await smallDataset()
    const refused = { code: 'wrong-state', message: 'No import of "small" runs.' }
    await expect(cancelImport('small', ports)).rejects.toMatchObject(refused)
    await startImport('small', ports)
    await drain(ports)
    await expect(cancelImport('small', ports)).rejects.toMatchObject(refused)
  })

  it('lets the dataset be imported anew', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    await cancelImport('small', ports)
    await startImport('small', ports)
    expect(await drain(ports)).toEqual([])
    expect(stateOf(ports).current).toMatchObject({ imageCount: 4 })
  })

  it('can be gone on with wherever it died, and until then no import begins', async () => {
    const whole = await smallDataset(MANY_PARTS)
    const before = stateOf(whole)
    await startImport('small', whole)
    const from = whole.world.calls.length
    await cancelImport('small', whole)
    // First come two reads, and the write that marks it: who dies before that has cancelled nothing.
    for (let call = from + 4; call <= whole.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await smallDataset(MANY_PARTS)
        await startImport('small', ports)
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(cancelImport('small', ports)).rejects.toThrow(Died)
        ports.world.fault = () => undefined
        if (stateOf(ports).importing) {
          await expect(startImport('small', ports)).rejects.toMatchObject({ code: 'wrong-state' })
          await cancelImport('small', ports)
        }
        expect(await drain(ports)).toEqual([])
        expect({ call, ...stateOf(ports) }).toEqual({ call, ...before, nonce: expect.any(String) })
        expect({ call, keys: keysOf(ports).filter((key) => !isRoundEnd(key)) }).toEqual({
          call,
          keys: ['dataset.json'],
        })
        expect(ports.world.uploads.open.size).toBe(0)
      }
  })

  it('leaves nothing when it comes while the import is being started', async () => {
    const whole = await smallDataset(MANY_PARTS)
    const from = whole.world.calls.length
    await startImport('small', whole)
    for (let call = from + 1; call <= whole.world.calls.length; call++) {
      const ports = await smallDataset(MANY_PARTS)
      let cancelled: Promise<unknown> = Promise.resolve()
      ports.world.fault = (_, number) => {
        if (number === call) cancelled = cancelImport('small', ports).catch((error: unknown) => error)
        return undefined
      }
      await startImport('small', ports)
      const refusal = await cancelled
      expect({ call, errors: await drain(ports) }).toEqual({ call, errors: [] })
      expect({ call, ready: stateOf(ports).current !== undefined }).toEqual({
        call,
        ready: refusal instanceof AppError,
      })
      if (refusal instanceof AppError) continue
      expect({ call, keys: keysOf(ports).filter((key) => !isRoundEnd(key)) }).toEqual({ call, keys: ['dataset.json'] })
      expect({ call, uploads: ports.world.uploads.open.size }).toEqual({ call, uploads: 0 })
    }
  })

  it('leaves nothing when it is done before a slow start has planned', async () => {
    const ports = await smallDataset(MANY_PARTS)
    const before = stateOf(ports)
    const start = async (key: string) => {
      await cancelImport('small', ports)
      return ports.uploads.start(key)
    }
    await startImport('small', { ...ports, uploads: { ...ports.uploads, start } })
    expect(await drain(ports)).toEqual([])
    expect(stateOf(ports)).toEqual({ ...before, nonce: expect.any(String) })
    expect(keysOf(ports).filter((key) => !isRoundEnd(key))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
  })

  it('wins or loses against the workers, whenever it comes between their calls, and all comes to rest', async () => {
    const whole = await smallDataset()
    await startImport('small', whole)
    const from = whole.world.calls.length
    await drain(whole)
    for (let call = from + 1; call <= whole.world.calls.length; call++) {
      const ports = await smallDataset()
      await startImport('small', ports)
      let cancelled: Promise<unknown> = Promise.resolve()
      ports.world.fault = (_, number) => {
        if (number === call) cancelled = cancelImport('small', ports).catch((error: unknown) => error)
        return undefined
      }
      await drain(ports)
      const refusal = await cancelled
      await drain(ports)
      const { current, importing, problem } = stateOf(ports)
      expect({ call, importing, problem }).toEqual({ call, importing: undefined, problem: undefined })
      expect({ call, ready: current !== undefined }).toEqual({ call, ready: refusal instanceof AppError })
      expect(eventsOf(ports).length).toBe(current ? 1 : 0)
      if (!current)
        expect({ call, keys: keysOf(ports).filter((key) => !isRoundEnd(key)) }).toEqual({
          call,
          keys: ['dataset.json'],
        })
    }
  })
})

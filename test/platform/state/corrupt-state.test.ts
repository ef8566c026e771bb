import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import {
  CorruptStateError,
  readOrCorrupt,
  readOrUnreadable,
  skipCorrupt,
} from '../../../shared/platform/state/corrupt-state.ts'
import { memoryPorts } from '../../support/world/ports.ts'

const CORRUPT = new CorruptStateError('system/x.json', '"1"', 'it is empty')

describe('reading what may be corrupt', () => {
  it('returns what was read', async () => {
    const reading = Promise.resolve(1)
    expect([await readOrCorrupt(reading), await readOrUnreadable(reading)]).toEqual([1, 1])
    expect(await skipCorrupt(reading, memoryPorts())).toBe(1)
  })

  it('returns the error of a corrupt object, for those that go on with it', async () => {
    expect(await readOrCorrupt(Promise.reject(CORRUPT))).toBe(CORRUPT)
    expect(await readOrUnreadable(Promise.reject(CORRUPT))).toMatchObject({
      state: 'unreadable',
      problem: { code: 'corrupt-state' },
    })
  })

  it('skips a corrupt object and logs its key', async () => {
    const ports = memoryPorts()
    expect(await skipCorrupt(Promise.reject(CORRUPT), ports)).toBeUndefined()
    expect(ports.world.logged).toEqual([{ level: 'error', event: 'state.corrupt', fields: { key: CORRUPT.key } }])
  })

  it('throws any other error, of which nobody knows whether the object is corrupt', async () => {
    const error = new AppError('upstream-failed', 'S3 does not answer.')
    await expect(readOrCorrupt(Promise.reject(error))).rejects.toBe(error)
    await expect(readOrUnreadable(Promise.reject(error))).rejects.toBe(error)
    await expect(skipCorrupt(Promise.reject(error), memoryPorts())).rejects.toBe(error)
  })
})

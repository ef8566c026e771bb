import { describe, expect, it } from '@jest/globals'
import { metered, ReadBudgetExceeded } from '../../../shared/platform/storage/metered.ts'
import { memorySource } from '../../support/world/byte-source.ts'

describe('metered', () => {
  it('counts requests and bytes', async () => {
    const cost = { requests: 0, bytes: 0 }
    const source = metered(memorySource('0123456789'), cost)
    await source.read(0, 4)
    await source.read(4, 10)
    expect(cost).toEqual({ requests: 2, bytes: 10 })
  })

  it('rejects a read that would exceed the byte budget, without reading', async () => {
    const cost = { requests: 0, bytes: 0 }
    const file = memorySource('0123456789')
    const source = metered(file, cost, { requests: 9, bytes: 6 })
    await source.read(0, 6)
    await expect(source.read(6, 7)).rejects.toBeInstanceOf(ReadBudgetExceeded)
    expect(file.reads).toEqual([[0, 6]])
  })

  it('rejects a read that would exceed the request budget', async () => {
    const source = metered(memorySource('0123456789'), { requests: 0, bytes: 0 }, { requests: 1, bytes: 10 })
    await source.read(0, 1)
    await expect(source.read(1, 2)).rejects.toBeInstanceOf(ReadBudgetExceeded)
  })
})

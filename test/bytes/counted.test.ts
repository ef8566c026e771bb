import { describe, expect, it } from '@jest/globals'
import { counted } from '../../shared/bytes/counted.ts'
import { memorySource } from '../fakes/source.ts'

describe('counted', () => {
  it('adds up requests and bytes, and reads the same', async () => {
    const cost = { requests: 0, bytes: 0 }
    const source = counted(memorySource('0123456789'), cost)
    expect(Buffer.from(await source.read(2, 5)).toString()).toBe('234')
    await source.read(5, 10)
    expect({ ...cost, size: source.size, etag: source.etag }).toEqual({
      requests: 2,
      bytes: 8,
      size: 10,
      etag: '"memory"',
    })
  })
})

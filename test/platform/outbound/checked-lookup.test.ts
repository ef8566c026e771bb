import { describe, expect, it } from '@jest/globals'
import { checkedLookup } from '../../../shared/platform/outbound/checked-lookup.ts'

const answering =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const lookUp = (allowLoopback: boolean, all: boolean, ...addresses: string[]) =>
  new Promise((resolve, reject) => {
    const lookup = checkedLookup(allowLoopback, answering(...addresses))
    lookup('files.example', { all }, (error, found) => (error ? reject(error) : resolve(found)))
  })

describe('checkedLookup', () => {
  it('returns only public addresses', async () => {
    const found = await lookUp(false, true, '10.0.0.1', '8.8.8.8', '::1', '2606:4700::1111')
    expect(found).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
    expect(await lookUp(false, false, '127.0.0.1', '8.8.8.8')).toBe('8.8.8.8')
  })
  it('refuses a host without a public address, and does not reveal its address', async () => {
    const refused = lookUp(false, true, '10.0.0.1', '169.254.169.254')
    await expect(refused).rejects.toMatchObject({
      code: 'bad-source',
      message: expect.not.stringMatching(/10\.|169\./),
    })
    await expect(lookUp(false, false)).rejects.toMatchObject({ code: 'bad-source' })
  })
  it('allows loopback addresses if configured, and no other private ones', async () => {
    expect(await lookUp(true, true, '127.0.0.1', '10.0.0.1')).toEqual([{ address: '127.0.0.1', family: 4 }])
    await expect(lookUp(true, true, '192.168.0.1')).rejects.toMatchObject({ code: 'bad-source' })
  })
  it('resolves a name once for each connection', async () => {
    let lookups = 0
    const lookup = checkedLookup(false, async () => [{ address: lookups++ === 0 ? '8.8.8.8' : '127.0.0.1', family: 4 }])
    const found = await new Promise((resolve) => lookup('files.example', {}, (_, address) => resolve(address)))
    expect([found, lookups]).toEqual(['8.8.8.8', 1])
  })
})

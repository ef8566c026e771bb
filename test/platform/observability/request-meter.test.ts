import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import {
  currentMeter,
  type RequestKind,
  requestMeter,
  withMeter,
} from '../../../shared/platform/observability/request-meter.ts'

describe('requestMeter', () => {
  it('counts requests by kind, and leaves out kinds without one', () => {
    const meter = requestMeter()
    for (const kind of ['GET', 'PUT', 'GET'] as const) meter.begin(kind)
    expect(meter.report().requests).toEqual({ GET: 2, PUT: 1 })
  })

  it('has no depth before the first request', () => {
    expect(requestMeter().report()).toEqual({ requests: {}, depth: 0 })
  })

  it('counts requests that wait for each other one by one', () => {
    const meter = requestMeter()
    for (let request = 0; request < 3; request++) meter.begin('GET')()
    expect(meter.report().depth).toBe(3)
  })

  it('counts requests that are outstanding together as one', () => {
    const meter = requestMeter()
    const ends = [meter.begin('GET'), meter.begin('LIST'), meter.begin('SQS')]
    for (const end of ends) end()
    expect(meter.report().depth).toBe(1)
  })

  it('counts a request after the deepest answer, in whatever order the answers come', () => {
    const meter = requestMeter()
    const endSlow = meter.begin('GET')
    meter.begin('GET')()
    meter.begin('GET')()
    endSlow()
    meter.begin('PUT')
    expect(meter.report().depth).toBe(3)
  })

  it('counts a request that was never answered', () => {
    const meter = requestMeter()
    meter.begin('GET')()
    meter.begin('GET')
    expect(meter.report().depth).toBe(2)
  })
})

describe('withMeter', () => {
  it('counts the requests of concurrent calls apart', async () => {
    const call = (kinds: readonly RequestKind[]) =>
      withMeter(async () => {
        for (const kind of kinds) {
          const end = currentMeter()?.begin(kind)
          await nextTurn()
          end?.()
        }
        return currentMeter()?.report()
      })
    expect(await Promise.all([call(['GET', 'PUT']), call(['LIST'])])).toEqual([
      { requests: { GET: 1, PUT: 1 }, depth: 2 },
      { requests: { LIST: 1 }, depth: 1 },
    ])
  })

  it('leaves code outside of it without a meter', () => {
    withMeter(() => undefined)
    expect(currentMeter()).toBeUndefined()
  })
})

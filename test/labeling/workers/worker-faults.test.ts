import { describe, expect, it } from '@jest/globals'
import { removeWorker } from '../../../shared/labeling/workers/remove.ts'
import { rotateLink } from '../../../shared/labeling/workers/rotate-link.ts'
import { opens, WORKER_SCENARIOS } from '../../faults/worker-scenarios.ts'
import { faultAtEachCall } from '../../support/crash/fault-at-each-call.ts'
import { FAULTS } from '../../support/crash/faults.ts'
import { enter, hire } from '../../support/fixtures/workers.ts'
import { keysUnder } from '../../support/world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../../support/world/ports.ts'

describe('creating workers, replacing their links and removing them', () => {
  it.each(FAULTS)('loses nothing and does nothing twice, with %s, at each call in turn', async (_, fault) => {
    let count = 0
    for (const scenario of WORKER_SCENARIOS) {
      const { faults, wrong } = await faultAtEachCall(scenario, fault)
      expect([scenario.name, wrong]).toEqual([scenario.name, []])
      count += faults
    }
    expect(count).toBeGreaterThan(5)
  })
})

/** Runs work while another actor acts before each of its calls in turn, until a run has no such call. */
async function meanwhile(
  work: (ports: MemoryPorts, secret: string) => Promise<unknown>,
  act: (ports: MemoryPorts) => Promise<unknown>,
  check: (ports: MemoryPorts, result: PromiseSettledResult<unknown>, secret: string) => void,
): Promise<number> {
  for (let at = 0; ; at++) {
    const ports = memoryPorts()
    const secret = await hire(ports, 'ann', { seats: 2 })
    await enter(ports, secret, 'first-browser-00')
    let number = 0
    let hasActed = false
    ports.world.pause = async () => {
      if (hasActed || number++ < at) return
      hasActed = true
      await act(memoryPorts({ world: ports.world }))
    }
    const [result] = await Promise.allSettled([work(ports, secret)])
    ports.world.pause = () => Promise.resolve()
    check(ports, result!, secret)
    if (!hasActed) return at
  }
}

const open = (ports: MemoryPorts, secret: string) => enter(ports, secret, 'other-browser-00')

it('a link that a crash has left behind opens nothing', async () => {
  const ports = memoryPorts()
  const secret = await hire(ports)
  ports.world.fault = ({ method }) => (method === 'remove' ? 'before' : undefined)
  await expect(rotateLink('ann', ports)).rejects.toThrow()
  expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(2)
  await expect(enter(ports, secret)).rejects.toMatchObject({ code: 'unauthorized' })
})

describe('two who change a worker at once', () => {
  it('never leave a worker without a link that opens: the link is replaced while a browser opens it', async () => {
    const calls = await meanwhile(
      open,
      (ports) => rotateLink('ann', ports),
      (ports, { status }, secret) => {
        // Whoever was told a session, had the link before it was replaced, or its seat was taken before.
        if (status === 'rejected') expect(opens(ports.world, secret)).toBe(false)
        expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(1)
      },
    )
    expect(calls).toBeGreaterThan(2)
  })

  it('give no link of another worker who got the name meanwhile', async () => {
    const ports = memoryPorts()
    await hire(ports)
    let hasActed = false
    ports.world.pause = async ({ method, key }) => {
      if (hasActed || method !== 'put' || !key.includes('labeling-workers')) return
      hasActed = true
      await removeWorker('ann', ports)
      await hire(ports)
    }
    await expect(rotateLink('ann', ports)).rejects.toMatchObject({ code: 'not-found' })
    expect(hasActed).toBe(true)
    expect(keysUnder(ports.world, 'system/labeling-links/')).toHaveLength(1)
  })

  it('leave nothing when one removes the worker while the other replaces its link', async () => {
    const calls = await meanwhile(
      (ports) => rotateLink('ann', ports),
      (ports) => removeWorker('ann', ports),
      (ports, { status }) => {
        const links = keysUnder(ports.world, 'system/labeling-links/')
        const records = keysUnder(ports.world, 'system/labeling-workers/')
        expect([records.length, links.length]).toEqual(status === 'rejected' || records.length === 0 ? [0, 0] : [1, 1])
      },
    )
    expect(calls).toBeGreaterThan(3)
  })

  it('leave nothing when one replaces the link while the other removes the worker', async () => {
    await meanwhile(
      (ports) => removeWorker('ann', ports),
      (ports) => rotateLink('ann', ports).catch(() => undefined),
      (ports, { status }) => {
        const left = keysUnder(ports.world, 'system/labeling-').filter((key) => !key.startsWith('key'))
        expect([status, left]).toEqual(['fulfilled', []])
      },
    )
  })
})

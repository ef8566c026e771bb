import { describe, expect, it } from '@jest/globals'
import { endpoint } from '../../functions/batches/get-copy.ts'
import { startGateway } from '../../local/gateway/gateway.ts'
import { createBatch } from '../../shared/batches/create.ts'
import { BatchRequest } from '../../shared/contracts/batch.ts'
import { startCopy } from '../../shared/copying/start-copy.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { setToken } from '../../shared/platform/tokens/create.ts'
import { drain } from '../support/broker/drain.ts'
import { cats, petsPorts } from '../support/fixtures/pets.ts'
import { fetchDeclared } from '../support/http/declared-answers.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const advance = ({ world }: MemoryPorts, seconds: number): void => {
  world.now = new Date(world.now.getTime() + 1000 * seconds)
}

describe('polling GET /v1/batches/{batch}/copy', () => {
  it('answers 304 until there is progress, however much time passes', async () => {
    const ports = await petsPorts(cats(60))
    const request = { dataset: 'pets', classNames: ['Cat'], examplesPerClass: 60 }
    await createBatch('b', BatchRequest.parse(request), ports)
    await startCopy('b', ports)
    await setToken('mine', 'dev', 'read', ports)
    const handler = lambda(endpoint, () => ports)
    const gateway = await startGateway({ endpoints: [{ name: 'get-copy', endpoint, handler }], port: 0 })
    const poll = (etag = '') =>
      fetchDeclared(`${gateway.url}/v1/batches/b/copy`, {
        headers: { 'if-none-match': etag, authorization: 'Bearer mine' },
      })
    const seen: unknown[] = []
    const look = async () => {
      advance(ports, 7)
      const fresh = await poll()
      const { state, copied, imagesPerSecond } = (await fresh.json()) as Record<string, unknown>
      seen.push([fresh.status, fresh.headers.get('retry-after'), state, copied, typeof imagesPerSecond])
      advance(ports, 100)
      expect((await poll(fresh.headers.get('etag') ?? '')).status).toBe(304)
    }
    try {
      await look()
      await drain(ports, { after: look })
    } finally {
      await gateway.stop()
    }
    expect(seen).toEqual([
      [200, '1', 'queued', 0, 'undefined'],
      [200, '1', 'queued', 0, 'undefined'],
      [200, '1', 'copying', 25, 'number'],
      [200, '1', 'copying', 50, 'number'],
      [200, null, 'copied', 60, 'undefined'],
    ])
  })
})

import { describe, expect, it } from '@jest/globals'
import { endpoint } from '../../functions/health.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { memoryPorts, testConfig } from '../support/world/ports.ts'

const request = { method: 'GET', path: '/health', params: undefined, query: undefined, body: undefined }

describe('GET /health', () => {
  it('returns ok and the version when the bucket is reachable', async () => {
    const reply = await endpoint.run(request, memoryPorts({ config: testConfig({ version: '9.8.7' }) }))
    expect(reply).toEqual({
      status: 200,
      body: { status: 'ok', version: '9.8.7', dependencies: { bucket: 'reachable' } },
    })
  })

  it('returns 200 with degraded when the bucket is unreachable, and keeps the reason in the log', async () => {
    const ports = memoryPorts()
    ports.world.fault = () => new AppError('preflight-failed', 'no such bucket')
    const reply = await endpoint.run(request, ports)
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ status: 'degraded', dependencies: { bucket: 'unreachable' } })
    expect(JSON.stringify(reply)).not.toContain('no such bucket')
    expect(ports.world.logged).toMatchObject([{ level: 'warn', event: 'bucket.unreachable' }])
  })

  it('requires no credentials and matches its declared schema', async () => {
    const { body } = await endpoint.run(request, memoryPorts())
    expect(endpoint.scope).toBeUndefined()
    expect(endpoint.answers[200]?.parse(body)).toEqual(body)
  })
})

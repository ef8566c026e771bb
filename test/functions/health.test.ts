import { describe, expect, it } from '@jest/globals'
import { endpoint } from '../../functions/health.ts'
import { AppError } from '../../shared/contracts/errors.ts'
import { memoryPorts, testConfig } from '../support/world/ports.ts'

const nothing = { method: 'GET', path: '/health', params: undefined, query: undefined, body: undefined }

describe('health', () => {
  it('is ok when the bucket is reachable, and names the version', async () => {
    const reply = await endpoint.run(nothing, memoryPorts({ config: testConfig({ version: '9.8.7' }) }))
    expect(reply).toEqual({
      status: 200,
      body: { status: 'ok', version: '9.8.7', dependencies: { bucket: 'reachable' } },
    })
  })

  it('is degraded, still with 200, when it is not, and the reason stays in the log', async () => {
    const ports = memoryPorts()
    ports.world.fault = () => new AppError('preflight-failed', 'no such bucket')
    const reply = await endpoint.run(nothing, ports)
    expect(reply.status).toBe(200)
    expect(reply.body).toMatchObject({ status: 'degraded', dependencies: { bucket: 'unreachable' } })
    expect(JSON.stringify(reply)).not.toContain('no such bucket')
    expect(ports.world.logged).toMatchObject([{ level: 'warn', event: 'bucket.unreachable' }])
  })

  it('asks for no credentials, and its answer fits what it declares', async () => {
    const { body } = await endpoint.run(nothing, memoryPorts())
    expect(endpoint.scope).toBeUndefined()
    expect(endpoint.answers[200]?.parse(body)).toEqual(body)
  })
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startGateway } from '../../local/gateway/gateway.ts'
import type { Running } from '../../local/running.ts'
import type { Endpoint } from '../../shared/platform/http/endpoint.ts'
import { lambda } from '../../shared/platform/http/route.ts'
import { setToken } from '../../shared/platform/tokens/create.ts'
import { memoryPorts, testConfig } from '../support/world/ports.ts'
import { emptyWorld, type World } from '../support/world/world.ts'

// Functions read the region when they are imported.
process.env.AWS_REGION ??= 'us-east-1'
const { findFunctions } = await import('../../local/functions.ts')
const { endpoints } = await findFunctions()

/** Starts all functions, each an instance of its own, over one world; it has the token "mine". */
async function startApi(config: Parameters<typeof testConfig>[0] = {}): Promise<Running & { world: World }> {
  const world = emptyWorld()
  const ports = memoryPorts({ world, config: testConfig(config) })
  await setToken('mine', 'dev', 'read', ports)
  // Every function exports its whole declaration; the type of the gateway has only a part of it.
  const functions = endpoints.map(({ name, endpoint }) => ({
    name,
    endpoint,
    handler: lambda(endpoint as Endpoint, (requestId) => ({ ...ports, requestId })),
  }))
  return { ...(await startGateway({ endpoints: functions, port: 0 })), world }
}

const ORIGIN = 'http://localhost:5173'
let api: Awaited<ReturnType<typeof startApi>>
let withOrigins: typeof api
beforeAll(async () => {
  api = await startApi()
  withOrigins = await startApi({ corsOrigins: [ORIGIN] })
})
afterAll(() => Promise.all([api.stop(), withOrigins.stop()]))

/** The requests that a call makes of S3, SQS and others. */
async function listRequests(call: () => Promise<Response>, { world } = api): Promise<[status: number, string[]]> {
  const before = world.calls.length
  const { status } = await call()
  return [status, world.calls.slice(before).map(({ port, method }) => `${port}.${method}`)]
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

describe('a request without a valid token', () => {
  // A token is looked up by its hash: one GET, and never a list. The throttle of the API bounds how many there are.
  const LOOKED_UP = ['objects.get']
  it.each<[method: string, path: string, headers: Record<string, string>, status: number, requests: string[]]>([
    ['GET', '/docs', {}, 200, []],
    ['GET', '/docs/swagger-ui.css', {}, 200, []],
    ['GET', '/docs/swagger-ui.css', {}, 200, []],
    ['HEAD', '/docs/swagger-ui-bundle.js', {}, 200, []],
    ['GET', '/docs/none.js', {}, 404, []],
    ['POST', '/docs', {}, 405, []],
    ['GET', '/openapi.json', {}, 200, []],
    ['GET', '/openapi.json?a=1', {}, 400, []],
    ['OPTIONS', '/openapi.json', {}, 405, []],
    ['POST', '/health', {}, 405, []],
    ['GET', '/', {}, 200, []],
    ['GET', '/label?from=mail', {}, 200, []],
    ['GET', '/app', {}, 200, []],
    ['GET', '/assets/build.json', {}, 200, []],
    ['GET', '/assets/none.js', {}, 404, []],
    ['DELETE', '/label', {}, 405, []],
    ['GET', '/nothing', {}, 404, []],
    ['GET', '/nothing', bearer('unknown'), 404, []],
    ['GET', '/v1', {}, 401, []],
    ['GET', '/v1/nothing', {}, 401, []],
    ['GET', '/v1/nothing', bearer('unknown'), 401, LOOKED_UP],
    ['GET', '/v1/batches', {}, 401, []],
    ['GET', '/v1/batches', bearer('unknown'), 401, LOOKED_UP],
    ['GET', '/v1/batches', bearer('x'.repeat(1025)), 401, []],
    ['GET', '/v1/batches', bearer('two words'), 401, []],
    ['GET', '/v1/batches', { authorization: 'Basic bWluZQ==' }, 401, []],
    ['OPTIONS', '/v1/batches', { origin: ORIGIN, 'access-control-request-method': 'GET' }, 401, []],
    ['PUT', '/v1/batches/cats', {}, 401, []],
    ['DELETE', '/v1/batches/cats', bearer('unknown'), 401, LOOKED_UP],
    ['POST', '/v1/datasets/pets/classes/resolve', {}, 401, []],
  ])('%s %s with %j is answered %i after these requests: %j', async (method, path, headers, status, requests) => {
    expect(await listRequests(() => fetch(`${api.url}${path}`, { method, headers }))).toEqual([status, requests])
  })

  it.each(['/v1/batches', '/v1/datasets/pets/classes/resolve', '/health', '/nothing'])(
    'as a preflight for %s makes no request',
    async (path) => {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' }
      const [, requests] = await listRequests(
        () => fetch(`${withOrigins.url}${path}`, { method: 'OPTIONS', headers }),
        withOrigins,
      )
      expect(requests).toEqual([])
    },
  )

  it('leaves nothing behind in the bucket', async () => {
    const { stored, made } = api.world
    expect([...stored.keys()]).toEqual([expect.stringContaining('/system/tokens/')])
    expect(made).toHaveLength(1)
  })
})

describe('GET /health', () => {
  const ask = () => fetch(`${api.url}/health`)
  const setSeconds = (seconds: number) => {
    api.world.now = new Date(Date.UTC(2030, 0, 1, 0, 0, seconds))
  }

  it('asks for the bucket once in five seconds, also when many ask at once', async () => {
    setSeconds(0)
    const asked = async () => (await listRequests(async () => (await Promise.all([ask(), ask(), ask()]))[0]))[1]
    expect(await asked()).toEqual(['bucket.region'])
    setSeconds(4)
    expect(await asked()).toEqual([])
    setSeconds(5)
    expect(await asked()).toEqual(['bucket.region'])
  })

  it('asks again when the clock was set back', async () => {
    setSeconds(30)
    await ask()
    setSeconds(10)
    expect(await listRequests(ask)).toEqual([200, ['bucket.region']])
  })

  it('tells within five seconds that the bucket became unreachable, and that it is back', async () => {
    const statusAt = async (seconds: number): Promise<string> => {
      setSeconds(seconds)
      const body = (await (await ask()).json()) as { status: string }
      return body.status
    }
    expect(await statusAt(40)).toBe('ok')
    api.world.fault = () => new Error('no route to host')
    expect([await statusAt(42), await statusAt(46)]).toEqual(['ok', 'degraded'])
    api.world.fault = () => undefined
    expect([await statusAt(47), await statusAt(51)]).toEqual(['degraded', 'ok'])
  })
})

describe('a deployment without pages', () => {
  let bare: typeof api
  beforeAll(async () => {
    bare = await startApi({ hasPages: false })
  })
  afterAll(() => bare.stop())

  const paths = ['/docs', '/docs/swagger-ui.css', '/openapi.json', '/docs/']
  it.each(paths.flatMap((path) => ['GET', 'POST'].map((method) => [method, path] as const)))(
    'does not know %s %s',
    async (method, path) => {
      const { endpoint, handler } = endpoints.find((one) => one.endpoint.path === '$default')!
      expect(handler).toBeDefined()
      const refusing = memoryPorts({ config: testConfig({ hasPages: false }) })
      const request = { method, path, params: undefined, query: undefined, body: undefined }
      const run = async () => (endpoint as Endpoint).run(request, refusing)
      await expect(run()).rejects.toMatchObject({
        code: 'not-found',
        message: expect.not.stringContaining('GET /docs'),
      })
    },
  )

  it('still knows all other routes', async () => {
    const answer = await fetch(`${bare.url}/health`, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('a path of eight thousand characters', () => {
  const long = 'a'.repeat(8000)
  it.each([`/${long}`, `/v1/${long}`, `/v1/batches/${long}`, `/docs/${long}`])(
    'is not sent back whole: %.20s',
    async (path) => {
      const answer = await fetch(`${api.url}${path}`)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect((await answer.text()).length).toBeLessThan(1000)
    },
  )
})

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { worker } from '../../functions/workers/deliver-webhook.ts'
import { expectProblem } from '../functions/problems.ts'
import { listeningReceivers } from '../support/http/receiver-server.ts'
import { type Answer, type RunningApi, startApi } from '../support/http/running-api.ts'
import type { Behavior, ReceivedRequest } from '../support/world/receivers.ts'

const receivers = listeningReceivers()
let api: RunningApi
beforeAll(async () => {
  api = await startApi()
  await api.importSample('sample-train')
})
afterAll(async () => {
  await api.stop()
  await receivers.stop()
})

/** Registers a webhook with a receiver of this behaviour. Returns its secret, the receiver's URL and its requests. */
async function register(webhook: string, behaviour: Behavior, events: readonly string[] = ['batch.incomplete']) {
  const url = await receivers.listen(behaviour)
  const answer = await api.call('PUT', `/v1/webhooks/${webhook}`, { url: `${url}/in`, events })
  expect([answer.status, answer.headers.get('location')]).toEqual([201, `/v1/webhooks/${webhook}`])
  const requests = () => receivers.received().filter((request) => request.url === url)
  return { url, requests, secret: String(answer.json.secret) }
}

/** Sends a test event and waits until its delivery has ended. */
async function sendTest(webhook: string): Promise<Answer> {
  const sent = await api.call('POST', `/v1/webhooks/${webhook}/test`)
  expect(sent.status).toBe(202)
  return api.until(sent.headers.get('location') ?? '', ({ json }) => json.state !== 'pending')
}

const verify = (secret: string, { body, headers }: ReceivedRequest) => new Webhook(secret).verify(body, { ...headers })

it('an attempt times out before its worker, and the worker before others take over', () => {
  const [attemptSeconds, abandonedSeconds] = [15, 60]
  expect(worker.timeoutSeconds).toBeGreaterThanOrEqual(2 * attemptSeconds)
  expect(worker.timeoutSeconds).toBeLessThanOrEqual(abandonedSeconds / 2)
})

describe('webhooks over HTTP', () => {
  it('deliver batch.copied, signed so that the standardwebhooks library verifies it', async () => {
    const { secret, requests } = await register('copied', { status: 204 }, ['batch.copied'])
    await api.call('PUT', '/v1/batches/b', { dataset: 'sample-train', classNames: ['Person'], examplesPerClass: 2 })
    await api.call('POST', '/v1/batches/b/copy')
    const list = '/v1/webhooks/copied/deliveries'
    const { json } = await api.until(`${list}?state=delivered`, (answer) => answer.json.items.length > 0)
    expect(requests()).toHaveLength(1)
    const payload = verify(secret, requests()[0]!)
    expect(payload).toMatchObject({
      type: 'batch.copied',
      data: { batch: 'b', copied: 2, link: `${api.stack.api}/v1/batches/b` },
    })
    const { delivery, event, attempts } = json.items[0]
    expect([event.id, attempts.length]).toEqual([requests()[0]?.headers['webhook-id'], 1])
    expect((await api.call('GET', `${list}/${delivery}`)).json.payload).toEqual(payload)

    const again = await api.call('POST', `${list}/${delivery}/redeliver`)
    expect([again.status, again.headers.get('location')]).toEqual([202, `${list}/${delivery}`])
    await api.until(`${list}/${delivery}`, (answer) => answer.json.state === 'delivered')
    expect(requests().map(({ headers, body }) => [headers['webhook-id'], body])).toEqual(
      Array(2).fill([event.id, requests()[0]?.body]),
    )
  })

  it('are signed with both secrets after a rotation, so that a changed body does not verify', async () => {
    const { secret, requests } = await register('rotated', { status: 200 })
    const rotated = await api.call('POST', '/v1/webhooks/rotated/rotate-secret')
    expect(rotated.status).toBe(201)
    expect((await sendTest('rotated')).json.state).toBe('delivered')
    const [request] = requests()
    for (const signer of [secret, String(rotated.json.secret)])
      expect(verify(signer, request!)).toMatchObject({ type: 'webhook.test', data: { webhook: 'rotated' } })
    expect(() => verify(secret, { ...request!, body: `${request?.body} ` })).toThrow()
  })

  it('do not follow a redirect to the instance metadata', async () => {
    const location = 'http://169.254.169.254/latest/meta-data/'
    await register('redirected', { status: 302, location })
    const { json } = await sendTest('redirected')
    expect(json).toMatchObject({ state: 'failed', attempts: [{ status: 302, outcome: 'refused' }] })
    // A connection there would have timed out, and been another outcome.
    expect(json.attempts).toHaveLength(1)
  })

  it('are disabled by a 410, and can be enabled again', async () => {
    await register('gone', { status: 410 })
    expect((await sendTest('gone')).json).toMatchObject({ state: 'stopped', attempts: [{ status: 410 }] })
    expect((await api.call('GET', '/v1/webhooks/gone')).json.state).toBe('disabled')
    expectProblem(await api.call('POST', '/v1/webhooks/gone/test'), 409)
    expect((await api.call('POST', '/v1/webhooks/gone/enable')).json.state).toBe('enabled')
  })

  it('answer 404 on every path after their removal', async () => {
    await register('removed', { status: 200 })
    await sendTest('removed')
    expect((await api.call('DELETE', '/v1/webhooks/removed')).status).toBe(204)
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['POST', '/enable'],
    ] as const)
      expectProblem(await api.call(method, `/v1/webhooks/removed${path}`), 404)
    const { json } = await api.call('GET', '/v1/webhooks')
    expect(json.items.map(({ webhook }: { webhook: string }) => webhook)).not.toContain('removed')
  })

  it('answer 404 for unknown webhooks and deliveries', async () => {
    expectProblem(await api.call('GET', '/v1/webhooks/nobody'), 404)
    const { url } = await register('known', { status: 200 })
    expectProblem(await api.call('GET', '/v1/webhooks/known/deliveries/dlv_00000000000_0000000000000000'), 404)
    expectProblem(await api.call('GET', '/v1/webhooks/known/deliveries/1'), 400, 'path.delivery')
    expectProblem(await api.call('PUT', '/v1/webhooks/known', { url, events: ['batch.failed'] }), 409)
  })
})

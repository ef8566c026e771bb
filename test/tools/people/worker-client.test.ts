import { describe, expect, it } from '@jest/globals'
import type { PeopleClock } from '../../../tools/people/clock.ts'
import type { ApiReply, ApiRequest, Send } from '../../../tools/people/send.ts'
import { type Access, Refused, workerClient } from '../../../tools/people/worker-client.ts'

const DONE: ApiReply = { status: 200, json: { state: 'done', reason: 'all images are labeled' } }
const RECEIPT: ApiReply = {
  status: 201,
  json: { line: 1, answer: 'empty', counted: true, revision: 1, cutBoxes: 0 },
}
const ANSWER = { ticket: 'ticket', submitId: 'submit-1', answer: 'empty' } as const
const expiresAt = '2026-01-02T12:00:00.000Z'

/** A client whose requests get these replies; undefined for a reply that gets lost. */
function clientWith(replies: readonly (ApiReply | undefined)[], access: Access = { session: 'mine' }) {
  const requests: ApiRequest[] = []
  const waits: number[] = []
  const left = [...replies]
  const send: Send = async (request) => {
    requests.push(request)
    const reply = left.length > 1 ? left.shift() : left[0]
    if (!reply) throw new TypeError('fetch failed')
    return reply
  }
  const clock: PeopleClock = {
    now: () => 0,
    wait: async (seconds) => void waits.push(seconds),
    act: async () => {},
    together: (actions) => Promise.all(actions.map((act) => act())),
  }
  return { client: workerClient(access, send, clock), requests, waits }
}

describe('the calls of a simulated worker', () => {
  it('are repeated as they were when the reply gets lost, or the server fails', async () => {
    const { client, requests } = clientWith([undefined, { status: 503, json: { code: 'upstream-failed' } }, RECEIPT])
    expect(await client.answer('j', 1, ANSWER)).toMatchObject({ counted: true })
    expect(requests).toHaveLength(3)
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBe(1)
    expect(client.retries()).toBe(2)
  })

  it('wait as long as a busy server says', async () => {
    const { client, waits } = clientWith([{ status: 429, json: {}, retryAfterSeconds: 7 }, DONE])
    await client.next('j', {})
    expect(waits).toEqual([7])
  })

  it('are given up when the server does not come back', async () => {
    const { client, requests } = clientWith([undefined])
    await expect(client.next('j', {})).rejects.toThrow('fetch failed')
    expect(requests.length).toBeGreaterThan(5)
  })

  it('are not repeated when they are refused', async () => {
    const { client, requests } = clientWith([{ status: 409, json: { code: 'conflict', detail: 'Answered.' } }])
    await expect(client.answer('j', 1, ANSWER)).rejects.toMatchObject({ status: 409, code: 'conflict' })
    expect(requests).toHaveLength(1)
  })

  it('use one session, and open another one when it has expired', async () => {
    const session = (name: string): ApiReply => ({
      status: 201,
      json: { session: name, worker: 'ann', seat: 1, role: 'label', expiresAt },
    })
    const replies = [session('first'), DONE, { status: 401, json: { code: 'unauthorized' } }, session('second'), DONE]
    const { client, requests } = clientWith(replies, { secret: 'w.secret' })
    await client.next('j', {})
    await client.next('j', {})
    expect(requests.map(({ path, token }) => [path, token])).toEqual([
      ['/v1/me/sessions', undefined],
      ['/v1/me/jobs/j/next', 'first'],
      ['/v1/me/jobs/j/next', 'first'],
      ['/v1/me/sessions', undefined],
      ['/v1/me/jobs/j/next', 'second'],
    ])
  })

  it('end with a refusal for somebody whose link was revoked', async () => {
    const { client } = clientWith([{ status: 401, json: { code: 'unauthorized' } }], { secret: 'w.secret' })
    await expect(client.next('j', {})).rejects.toBeInstanceOf(Refused)
  })

  it('fail when a reply is not what the contract says', async () => {
    const { client } = clientWith([{ status: 200, json: { state: 'wait' } }])
    const failure = await client.next('j', {}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(Refused)
  })
})

import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import type { Receivers } from '../../shared/platform/ports.ts'
import type { Behaviour, ReceivedRequest } from '../support/world/receivers.ts'

/** Receivers on this machine, of a network in which nothing else is open. */
export interface ReceiversSubject {
  readonly receivers: Receivers
  /** Has one listen, and tells its URL. */
  listen(behaviour: Behaviour): Promise<string>
  /** What all of them were sent. */
  received(): readonly ReceivedRequest[]
}

const REQUEST = {
  headers: { 'content-type': 'application/json', 'user-agent': 'groundwork/1', 'webhook-id': 'evt_1' },
  body: '{"type":"batch.copied","text":"é"}',
  milliseconds: 5000,
}

/** What all Receivers do. */
export function receiversContract(make: () => Promise<ReceiversSubject>): void {
  const post = async (behaviour: Behaviour, milliseconds = 5000) => {
    const { receivers, listen, received } = await make()
    const url = await listen(behaviour)
    const answer = await receivers
      .post(url, { ...REQUEST, milliseconds })
      .catch((error: unknown) => (error instanceof AppError ? error.code : error))
    return { answer, received: received().map((request) => [request.url === url, request.headers, request.body]) }
  }
  const got = [[true, expect.objectContaining(REQUEST.headers), REQUEST.body]]

  describe('Receivers', () => {
    it.each([200, 204, 410, 500])('send a request whole, and tell the status %i', async (status) => {
      expect(await post({ status })).toEqual({ answer: { status, retryAfter: undefined }, received: got })
    })
    it('tell how long a receiver wants to be left alone', async () => {
      expect((await post({ status: 429, retryAfter: '120' })).answer).toEqual({ status: 429, retryAfter: '120' })
    })
    it.each([301, 302, 303, 307, 308])('follow no redirect %i', async (status) => {
      const { receivers, listen, received } = await make()
      const location = await listen({ status: 200 })
      const url = await listen({ status, location })
      expect(await receivers.post(url, REQUEST)).toMatchObject({ status })
      expect(received().map((request) => request.url)).toEqual([url])
    })
    it('take an answer that breaks off for none', async () => {
      expect(await post('hangs-up')).toEqual({ answer: 'upstream-failed', received: got })
    })
    it.each(['silent', 'drips'] as const)('do not wait for longer than they are told for one: %s', async (slow) => {
      expect((await post(slow, 60)).answer).toBe('upstream-timeout')
    })
    it('do not wait for longer than they are told for the head and the body together', async () => {
      expect((await post({ status: 200, takes: { head: 60, body: 60 } }, 100)).answer).toBe('upstream-timeout')
    })
    it('read no more than the start of a long answer', async () => {
      expect((await post('endless')).answer).toEqual({ status: 200, retryAfter: undefined })
    })
    it('fail where nobody listens', async () => {
      const { receivers } = await make()
      await expect(receivers.post('http://127.0.0.1:9/', REQUEST)).rejects.toMatchObject({ code: 'upstream-failed' })
    })
    it.each(['https://169.254.169.254/latest', 'http://example.com/', 'https://[fd00::1]/'])(
      'do not call %s',
      async (url) => {
        const { receivers, received } = await make()
        await expect(receivers.post(url, REQUEST)).rejects.toMatchObject({ code: 'bad-source' })
        expect(received()).toEqual([])
      },
    )
  })
}

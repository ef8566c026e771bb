import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../shared/contracts/errors.ts'
import type { Receivers } from '../../shared/platform/ports.ts'
import type { Behavior, ReceivedRequest } from '../support/world/receivers.ts'

/** Receivers under test, and receivers to post to. */
export interface ReceiversSubject {
  readonly receivers: Receivers
  /** Starts a receiver and returns its URL. */
  listen(behavior: Behavior): Promise<string>
  /** Requests that all of them got, in order. */
  received(): readonly ReceivedRequest[]
}

const REQUEST = {
  headers: { 'content-type': 'application/json', 'user-agent': 'groundwork/1', 'webhook-id': 'evt_1' },
  body: '{"type":"batch.copied","text":"é"}',
  milliseconds: 5000,
}

/** The contract of all Receivers. */
export function receiversContract(make: () => Promise<ReceiversSubject>): void {
  const post = async (behavior: Behavior, milliseconds = 5000) => {
    const { receivers, listen, received } = await make()
    const url = await listen(behavior)
    const answer = await receivers
      .post(url, { ...REQUEST, milliseconds })
      .catch((error: unknown) => (error instanceof AppError ? error.code : error))
    return { answer, received: received().map((request) => [request.url === url, request.headers, request.body]) }
  }
  const got = [[true, expect.objectContaining(REQUEST.headers), REQUEST.body]]

  describe('Receivers', () => {
    it.each([200, 204, 410, 500, 999])('sends the request unchanged and returns the status %i', async (status) => {
      expect(await post({ status })).toEqual({ answer: { status, retryAfter: undefined }, received: got })
    })
    it('returns the Retry-After of the receiver', async () => {
      expect((await post({ status: 429, retryAfter: '120' })).answer).toEqual({ status: 429, retryAfter: '120' })
    })
    it.each([301, 302, 303, 307, 308])('does not follow a redirect with status %i', async (status) => {
      const { receivers, listen, received } = await make()
      const location = await listen({ status: 200 })
      const url = await listen({ status, location })
      expect(await receivers.post(url, REQUEST)).toMatchObject({ status })
      expect(received().map((request) => request.url)).toEqual([url])
    })
    it('fails when the answer breaks off', async () => {
      expect(await post('hangs-up')).toEqual({ answer: 'upstream-failed', received: got })
    })
    it.each(['silent', 'drips'] as const)('times out when the receiver is slow: %s', async (slow) => {
      expect((await post(slow, 60)).answer).toBe('upstream-timeout')
    })
    it('applies the timeout to head and body together', async () => {
      expect((await post({ status: 200, takes: { head: 60, body: 60 } }, 100)).answer).toBe('upstream-timeout')
    })
    it('reads only the start of an endless answer', async () => {
      expect((await post('endless')).answer).toEqual({ status: 200, retryAfter: undefined })
    })
    it('fails when nothing listens', async () => {
      const { receivers } = await make()
      await expect(receivers.post('http://127.0.0.1:9/', REQUEST)).rejects.toMatchObject({ code: 'upstream-failed' })
    })
    it.each(['https://169.254.169.254/latest', 'http://example.com/', 'https://[fd00::1]/'])(
      'refuses to call %s',
      async (url) => {
        const { receivers, received } = await make()
        await expect(receivers.post(url, REQUEST)).rejects.toMatchObject({ code: 'bad-source' })
        expect(received()).toEqual([])
      },
    )
  })
}

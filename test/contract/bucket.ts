import { describe, expect, it } from '@jest/globals'
import type { MakeSubject } from './subject.ts'

/** What every Bucket does. */
export function bucketContract(make: MakeSubject): void {
  describe('Bucket', () => {
    it('knows its region', async () => {
      const { ports } = await make()
      expect(await ports.bucket.region()).toBe('us-east-1')
    })
    it('makes a link to one object for some seconds', async () => {
      const { ports } = await make()
      const link = new URL(await ports.bucket.link('data/b/a é.json', 90))
      expect(decodeURIComponent(link.pathname)).toMatch(/data\/b\/a é\.json$/)
      expect(link.searchParams.get('X-Amz-Expires')).toBe('90')
    })
    it('counts the seconds from another time where it is told one, and then makes the same link again', async () => {
      const { bucket } = (await make()).ports
      const from = new Date('2026-01-02T03:00:00Z')
      const link = await bucket.link('data/b/a.json', 90, from)
      expect(new URL(link).searchParams.get('X-Amz-Date')).toBe('20260102T030000Z')
      expect(await bucket.link('data/b/a.json', 90, from)).toBe(link)
    })
    it('has no CORS rules until it is given some, and keeps all that they say', async () => {
      const { bucket } = (await make()).ports
      expect(await bucket.corsRules()).toEqual([])
      const mine = {
        id: 'mine',
        origins: ['https://*.example'],
        methods: ['PUT', 'GET'],
        headers: ['x-*'],
        exposed: [],
      }
      const open = { origins: ['*'], methods: ['GET'], headers: [], exposed: ['ETag'], maxAgeSeconds: 60 }
      await bucket.setCorsRules([mine, open])
      expect(await bucket.corsRules()).toEqual([mine, open])
    })
  })
}

import { describe, expect, it } from '@jest/globals'
import type { MakeSubject } from './subject.ts'

/** The contract of every Bucket. */
export function bucketContract(make: MakeSubject): void {
  describe('Bucket', () => {
    it('returns its region', async () => {
      const { ports } = await make()
      expect(await ports.bucket.region()).toBe('us-east-1')
    })
    it('returns a presigned URL that expires after the given seconds', async () => {
      const { ports } = await make()
      const link = new URL(await ports.bucket.link('data/b/a é.json', 90))
      expect(decodeURIComponent(link.pathname)).toMatch(/data\/b\/a é\.json$/)
      expect(link.searchParams.get('X-Amz-Expires')).toBe('90')
    })
    it('returns the same URL again for the same start time', async () => {
      const { bucket } = (await make()).ports
      const from = new Date('2026-01-02T03:00:00Z')
      const link = await bucket.link('data/b/a.json', 90, from)
      expect(new URL(link).searchParams.get('X-Amz-Date')).toBe('20260102T030000Z')
      expect(await bucket.link('data/b/a.json', 90, from)).toBe(link)
    })
    it('has no CORS rules at first, and returns the rules that were set', async () => {
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

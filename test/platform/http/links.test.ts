import { describe, expect, it } from '@jest/globals'
import { okWithLinks } from '../../../shared/platform/http/reply.ts'

const ITEM = { imageId: '1', link: 'https://bucket.example/1.jpg?by=a', linkExpiresAt: '2026-01-02T03:30:00.000Z' }
const PAGE = { items: [ITEM, { imageId: '2' }], nextCursor: 'after-2' }

const etag = (body: object) => okWithLinks(body).headers?.etag

describe('the ETag of a response with links', () => {
  it('leaves out the links, which each process signs by itself', () => {
    const signedElsewhere = { ...ITEM, link: 'https://bucket.example/1.jpg?by=b' }
    expect(etag(signedElsewhere)).toBe(etag(ITEM))
    expect(etag({ ...PAGE, items: [signedElsewhere, PAGE.items[1]] })).toBe(etag(PAGE))
  })

  it('changes when links expire later, so that nobody is left with links that have expired', () => {
    const later = { ...ITEM, linkExpiresAt: '2026-01-02T03:45:00.000Z' }
    expect(etag(later)).not.toBe(etag(ITEM))
    expect(etag({ ...PAGE, items: [later, PAGE.items[1]] })).not.toBe(etag(PAGE))
  })

  it('changes with everything else', () => {
    const { nextCursor: _, ...last } = PAGE
    for (const other of [last, { ...PAGE, items: [ITEM] }, { ...PAGE, items: [ITEM, { imageId: '3' }] }])
      expect(etag(other)).not.toBe(etag(PAGE))
  })
})

describe('a response with links', () => {
  it('is stored by no cache', () => expect(okWithLinks(PAGE).headers?.['cache-control']).toBe('no-store'))

  it('asks to poll again only where something will change by itself', () => {
    expect(okWithLinks(PAGE, 1).headers?.['retry-after']).toBe('1')
    expect(okWithLinks(PAGE).headers).not.toHaveProperty('retry-after')
  })
})

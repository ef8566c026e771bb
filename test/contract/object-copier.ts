import { describe, expect, it } from '@jest/globals'
import type { CopyRequest, SystemHeaders } from '../../shared/platform/storage/ports.ts'
import { decodeText } from '../support/bytes.ts'
import type { MakeSubject } from './subject.ts'

const SOURCE = 's3://open-images-dataset/test/a é+#1 %2F.jpg'
const WHOLE = { start: 0, end: 100 }
const HEADERS: SystemHeaders = {
  contentEncoding: 'gzip',
  cacheControl: 'max-age=60',
  contentDisposition: 'inline; filename="a.jpg"',
  contentLanguage: 'de',
  expires: 'Thu, 01 Dec 2033 16:00:00 GMT',
}

/** The contract of every ObjectCopier. */
export function objectCopierContract(make: MakeSubject): void {
  const placed = async (content = 'image', headers: SystemHeaders = {}) => {
    const { ports, place } = await make()
    await place(SOURCE, content, { contentType: 'image/jpeg', metadata: { owner: 'them' }, headers })
    const facts = await ports.copier.describe(SOURCE)
    if (typeof facts === 'string') throw new Error(facts)
    const request: CopyRequest = {
      source: SOURCE,
      sourceEtag: facts.etag,
      key: 'data/b/images/a.jpg',
      contentType: 'image/png',
      headers: facts.headers,
      metadata: { 'source-etag': facts.etag, 'source-size': String(facts.size) },
    }
    const describeCopy = () => ports.copier.describe(`s3://${ports.config.bucket}/${request.key}`)
    return { ports, place, facts, request, describeCopy }
  }

  describe('ObjectCopier', () => {
    it('describes an object of any bucket', async () => {
      const { facts } = await placed('image', HEADERS)
      expect(facts).toEqual({
        etag: expect.any(String),
        size: 5,
        contentType: 'image/jpeg',
        headers: HEADERS,
        metadata: { owner: 'them' },
      })
    })
    it('reports a missing object or bucket', async () => {
      const { ports } = await placed()
      for (const uri of ['s3://open-images-dataset/none.jpg', 's3://no-such-bucket-anywhere/a.jpg']) {
        expect(await ports.copier.describe(uri)).toBe('missing')
        expect(await ports.copier.readRange(uri, WHOLE)).toMatchObject({ refused: 'missing' })
      }
    })
    it('reads a range of an object with all that it describes', async () => {
      const { ports, facts } = await placed('image', HEADERS)
      const { bytes, ...rest } = Object(await ports.copier.readRange(SOURCE, { start: 1, end: 3 }, facts.etag))
      expect([decodeText(bytes), rest]).toEqual(['ma', facts])
    })
    it('reads fewer bytes at the end of an object', async () => {
      const { ports } = await placed()
      const { bytes, size } = Object(await ports.copier.readRange(SOURCE, { start: 3, end: 100 }))
      expect([decodeText(bytes), size]).toEqual(['ge', 5])
    })
    it('reports an object without bytes as empty', async () => {
      const { ports } = await placed('')
      expect(await ports.copier.readRange(SOURCE, WHOLE)).toBe('empty')
    })
    it('reports an object that was replaced before a range of it is read as changed', async () => {
      const { ports, place, facts } = await placed()
      await place(SOURCE, 'another')
      expect(await ports.copier.readRange(SOURCE, WHOLE, facts.etag)).toBe('changed')
    })
    it('copies the bytes and sets the content type and metadata of the copy', async () => {
      const { ports, request, describeCopy } = await placed()
      const copied = await ports.copier.copy(request)
      expect(decodeText((await ports.objects.get(request.key))?.bytes)).toBe('image')
      const { etag, ...copy } = Object(await describeCopy())
      expect(copy).toMatchObject({ size: 5, contentType: 'image/png', headers: {}, metadata: request.metadata })
      expect(copied).toEqual({ etag })
    })
    it.each([
      ['all system headers', HEADERS],
      ['an encoding alone', { contentEncoding: 'br' }],
      ['a language alone', { contentLanguage: 'fr' }],
    ])('gives the copy %s', async (_, headers) => {
      const { ports, request, describeCopy } = await placed('image', headers)
      await ports.copier.copy(request)
      expect(await describeCopy()).toMatchObject({ headers })
    })
    it('gives the copy an expiry that is no date', async () => {
      const { ports, request, describeCopy } = await placed()
      await ports.copier.copy({ ...request, headers: { expires: '0' } })
      expect(await describeCopy()).toMatchObject({ headers: { expires: '0' } })
    })
    it('never replaces an object', async () => {
      const { ports, request } = await placed()
      await ports.objects.put(request.key, 'mine')
      expect(await ports.copier.copy(request)).toBe('exists')
      expect(decodeText((await ports.objects.get(request.key))?.bytes)).toBe('mine')
    })
    it('lets one of ten concurrent copies win', async () => {
      const { ports, request } = await placed()
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => ports.copier.copy(request)))
      expect(outcomes.filter((outcome) => outcome === 'exists')).toHaveLength(9)
      expect(outcomes.filter((outcome) => typeof outcome === 'object' && 'etag' in outcome)).toHaveLength(1)
    })
    it('copies nothing of a source that was replaced', async () => {
      const { ports, place, request } = await placed()
      await place(SOURCE, 'another')
      expect(await ports.copier.copy(request)).toBe('changed')
      expect(await ports.objects.get(request.key)).toBeUndefined()
    })
    it.each(['s3://open-images-dataset/gone.jpg', 's3://no-such-bucket-anywhere/a.jpg'])(
      'reports a source that does not exist as missing: %s',
      async (source) => {
        const { ports, request } = await placed()
        expect(await ports.copier.copy({ ...request, source })).toMatchObject({ refused: 'missing' })
      },
    )
  })
}

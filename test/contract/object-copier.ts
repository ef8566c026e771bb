import { describe, expect, it } from '@jest/globals'
import type { CopyRequest } from '../../shared/platform/storage/ports.ts'
import { decodeText } from '../support/bytes.ts'
import type { MakeSubject } from './subject.ts'

const SOURCE = 's3://open-images-dataset/test/a é+#1 %2F.jpg'

/** The contract of every ObjectCopier. */
export function objectCopierContract(make: MakeSubject): void {
  const placed = async (content = 'image') => {
    const { ports, place } = await make()
    await place(SOURCE, content, { contentType: 'image/jpeg', metadata: { owner: 'them' } })
    const facts = await ports.copier.describe(SOURCE)
    if (typeof facts === 'string') throw new Error(facts)
    const request: CopyRequest = {
      source: SOURCE,
      sourceEtag: facts.etag,
      key: 'data/b/images/a.jpg',
      contentType: facts.contentType,
      metadata: { 'source-etag': facts.etag, 'source-size': String(facts.size) },
    }
    return { ports, place, facts, request }
  }

  describe('ObjectCopier', () => {
    it('describes an object of any bucket', async () => {
      const { facts } = await placed()
      expect(facts).toEqual({
        etag: expect.any(String),
        size: 5,
        contentType: 'image/jpeg',
        metadata: { owner: 'them' },
      })
    })
    it('reports a missing object or bucket', async () => {
      const { ports } = await placed()
      expect(await ports.copier.describe('s3://open-images-dataset/none.jpg')).toBe('missing')
      expect(await ports.copier.describe('s3://no-such-bucket-anywhere/a.jpg')).toBe('missing')
    })
    it('copies the bytes and sets the content type and metadata of the copy', async () => {
      const { ports, request } = await placed()
      expect(await ports.copier.copy(request)).toBe('copied')
      expect(decodeText((await ports.objects.get(request.key))?.bytes)).toBe('image')
      expect(await ports.copier.describe(`s3://${ports.config.bucket}/${request.key}`)).toMatchObject({
        size: 5,
        contentType: 'image/jpeg',
        metadata: request.metadata,
      })
    })
    it('never replaces an object', async () => {
      const { ports, request } = await placed()
      await ports.objects.put(request.key, 'mine')
      expect(await ports.copier.copy(request)).toBe('refused')
      expect(decodeText((await ports.objects.get(request.key))?.bytes)).toBe('mine')
    })
    it('lets one of ten concurrent copies win', async () => {
      const { ports, request } = await placed()
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => ports.copier.copy(request)))
      expect(outcomes.toSorted()).toEqual(['copied', ...Array(9).fill('refused')])
    })
    it('refuses a source that was replaced', async () => {
      const { ports, place, request } = await placed()
      await place(SOURCE, 'another')
      expect(await ports.copier.copy(request)).toBe('refused')
      expect(await ports.objects.get(request.key)).toBeUndefined()
    })
    it('reports a source that was deleted as missing', async () => {
      const { ports, request } = await placed()
      const gone = { ...request, source: 's3://open-images-dataset/gone.jpg' }
      expect(await ports.copier.copy(gone)).toBe('missing')
    })
  })
}

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { concatStream, decodeText } from '../support/bytes.ts'
import type { MakeSubject } from './subject.ts'

const FILE = 's3://open-images-dataset/v4/some file.csv'

/** The contract of all RemoteFiles, for files on S3. */
export function remoteFilesContract(make: MakeSubject): void {
  const opened = async (content: Uint8Array | string = '0123456789') => {
    const subject = await make()
    await subject.place(FILE, content)
    const file = await subject.ports.files.open(FILE)
    if (!file.ranges) throw new Error('no ranges')
    return { ...subject, file, ranges: file.ranges }
  }

  describe('RemoteFiles', () => {
    it('returns size and version, and reads by range', async () => {
      const { file, ranges } = await opened()
      expect([file.size, ranges.size, ranges.etag]).toEqual([10, 10, file.etag])
      expect(decodeText(await ranges.read(0, 10))).toBe('0123456789')
      expect(decodeText(await ranges.read(3, 6))).toBe('345')
      expect(await ranges.read(10, 10)).toHaveLength(0)
      await expect(ranges.read(5, 11)).rejects.toThrow(RangeError)
      await expect(ranges.read(6, 5)).rejects.toThrow(RangeError)
    })
    it('streams the whole file, even an empty one', async () => {
      const bytes = randomBytes(300_000)
      const { file } = await opened(bytes)
      expect(Buffer.compare(await concatStream(file.stream()), bytes)).toBe(0)
      expect(await concatStream((await opened('')).file.stream())).toHaveLength(0)
    })
    it('opens files of the working bucket', async () => {
      const { ports } = await make()
      await ports.objects.put('a', 'mine')
      const file = await ports.files.open(`s3://${ports.config.bucket}/a`)
      expect(decodeText(await concatStream(file.stream()))).toBe('mine')
    })
    it('opens only the version with the given ETag', async () => {
      const { ports, place, file } = await opened()
      expect((await ports.files.open(FILE, file.etag)).size).toBe(10)
      await place(FILE, 'other')
      await expect(ports.files.open(FILE, file.etag)).rejects.toMatchObject({ code: 'source-changed' })
    })
    it('fails when the file is replaced between two reads', async () => {
      const { place, file, ranges } = await opened()
      await place(FILE, '9876543210')
      await expect(ranges.read(0, 4)).rejects.toMatchObject({ code: 'source-changed' })
      await expect(concatStream(file.stream())).rejects.toMatchObject({ code: 'source-changed' })
    })
    it('reports a missing file', async () => {
      const { ports } = await make()
      const missing = { code: 'bad-source', message: expect.stringContaining('none.csv') }
      await expect(ports.files.open('s3://open-images-dataset/none.csv')).rejects.toMatchObject(missing)
    })
    it('refuses a bucket that is not allowed, and names the allowed ones and the setting', async () => {
      const { ports } = await make()
      const refused = ports.files.open('s3://somebody-else/secret.csv')
      await expect(refused).rejects.toMatchObject({ code: 'bad-source' })
      await expect(refused).rejects.toThrow(/somebody-else.*open-images-dataset.*sourceBuckets/)
    })
    it.each([
      'http://example.com/a.csv',
      'https://10.0.0.1/a.csv',
      'https://127.0.0.1/a.csv',
      'ftp://example.com/a',
      's3://open-images-dataset',
      's3://open-images-dataset/',
      '/etc/passwd',
      'file:///etc/passwd',
    ])('refuse the address %s', async (uri) => {
      const { ports } = await make()
      await expect(ports.files.open(uri)).rejects.toMatchObject({ code: 'bad-source' })
    })
  })
}

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { DownloadOptions, Downloads } from '../../shared/platform/ports.ts'

/** Downloads, and a server to download from. */
export interface DownloadsSubject {
  readonly downloads: Downloads
  /** Serves a file and returns its URL. */
  serve(name: string, content: Uint8Array): Promise<string>
  /** Redirects a name to a URL and returns its own. */
  redirect(name: string, to: string): Promise<string>
}

/** The contract of all Downloads. */
export function downloadsContract(make: () => Promise<DownloadsSubject>): void {
  const options = (changes: Partial<DownloadOptions> = {}): DownloadOptions => ({
    maxBytes: 100_000,
    accept: 'image/png',
    checkStart: () => undefined,
    ...changes,
  })

  describe('Downloads', () => {
    it('returns the whole file, even an empty one', async () => {
      const { downloads, serve } = await make()
      const content = randomBytes(100_000)
      expect(Buffer.compare((await downloads.get(await serve('a', content), options())).bytes, content)).toBe(0)
      expect((await downloads.get(await serve('b', Buffer.alloc(0)), options())).bytes).toHaveLength(0)
    })
    it('passes the first 1,024 bytes, or a smaller file whole, to the check, and stops if that refuses them', async () => {
      const { downloads, serve } = await make()
      const content = randomBytes(5000)
      const refused = new Error('not this')
      for (const size of [5000, 1024, 1023, 0]) {
        const starts: Uint8Array[] = []
        const checkStart = (start: Uint8Array) => {
          starts.push(start.slice())
          throw refused
        }
        const url = await serve(`of-${size}`, content.subarray(0, size))
        await expect(downloads.get(url, options({ checkStart }))).rejects.toBe(refused)
        expect(starts).toEqual([new Uint8Array(content.subarray(0, Math.min(size, 1024)))])
      }
    })
    it('names the URL that sent the file, after a redirect and without the query', async () => {
      const { downloads, serve, redirect } = await make()
      const target = await serve('target', Buffer.from('here'))
      const starts: string[] = []
      const checkStart = (_: Uint8Array, url: string) => void starts.push(url)
      const direct = await downloads.get(target, options({ checkStart }))
      const redirected = await downloads.get(await redirect('moved?key=hidden', target), options({ checkStart }))
      expect([direct.url, redirected.url]).toEqual([target, target])
      expect([starts, Buffer.from(redirected.bytes).toString()]).toEqual([[target, target], 'here'])
    })
    it('refuses a file that is too large', async () => {
      const { downloads, serve } = await make()
      const url = await serve('large', Buffer.alloc(11))
      const checkStart = () => {
        throw new Error('it was shown')
      }
      const refused = downloads.get(url, options({ maxBytes: 10, checkStart }))
      await expect(refused).rejects.toMatchObject({
        code: 'bad-source',
        message: expect.stringMatching(/larger than 10 /),
      })
      expect((await downloads.get(url, options({ maxBytes: 11 }))).bytes).toHaveLength(11)
    })
    it('reports a missing file without the query of its URL', async () => {
      const { downloads, serve } = await make()
      const url = `${await serve('there', Buffer.alloc(1))}-not?key=hidden`
      const error = await downloads.get(url, options()).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'bad-source', message: expect.stringMatching(/no file.*there-not.*404/) })
      expect(`${error}`).not.toContain('hidden')
    })
    it.each(['http://example.com/a', 'https://10.0.0.1/a', 's3://open-images-dataset/a', 'file:///etc/passwd'])(
      'refuses the URL %s',
      async (url) => {
        const { downloads } = await make()
        await expect(downloads.get(url, options())).rejects.toMatchObject({ code: 'bad-source' })
      },
    )
  })
}

import { describe, expect, it } from '@jest/globals'
import { findImageFacts } from '../../shared/open-images/image-list.ts'
import { sampleFile } from '../support/fixtures/published.ts'
import { memorySource } from '../support/world/byte-source.ts'

const HEADER = 'ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,Rotation'
const A = 'aaaaaaaaaaaaaaaa'
const B = 'bbbbbbbbbbbbbbbb'
const facts = (lines: readonly string[], ...imageIds: string[]) =>
  findImageFacts(memorySource([HEADER, ...lines].join('\n')), new Set(imageIds))

describe('findImageFacts', () => {
  it('returns license, author, title, page and rotation of the requested images only', async () => {
    const lines = [
      `${B},test,u,https://flickr.com/b,https://cc/by/2.0/,p,Bo,Two,90`,
      `${A},test,u,https://flickr.com/a,https://cc/by/2.0/,p,Ann,One,0.0`,
    ]
    expect(await facts(lines, A)).toEqual(
      new Map([
        [
          A,
          {
            license: 'https://cc/by/2.0/',
            author: 'Ann',
            title: 'One',
            'landing-page': 'https://flickr.com/a',
            rotation: 0,
          },
        ],
      ]),
    )
  })
  it('omits empty fields, and images that are not in the list', async () => {
    expect(await facts([`${A},test,u,,https://cc/by/2.0/,p,,,`], A, B)).toEqual(
      new Map([[A, { license: 'https://cc/by/2.0/' }]]),
    )
  })
  it('parses quoted titles with commas, quotes and line breaks', async () => {
    const lines = [`${A},test,u,x,l,p,Ann,"One, ""two""`, 'and three",90', `${B},test,u,x,l,p,Bo,plain,0`]
    const found = await facts(lines, A, B)
    expect(found.get(A)).toMatchObject({ title: 'One, "two"\nand three', rotation: 90 })
    expect(found.get(B)).toMatchObject({ title: 'plain' })
  })
  it('finds no facts in a row whose quote does not end, and those of the images after it', async () => {
    const lines = [`${A},test,u,x,l,p,Ann,"broken,0`, ...Array<string>(200).fill(`${B},test,u,x,l,p,Bo,plain,0`)]
    const found = await facts(lines, A, B)
    expect([...found.keys()]).toEqual([B])
    expect(found.get(B)).toMatchObject({ author: 'Bo', title: 'plain' })
  })
  it('stops reading at the last requested image', async () => {
    const long = 'x'.repeat(1000)
    const rows = Array.from(
      { length: 12_000 },
      (_, row) => `${row.toString(16).padStart(16, '0')},test,u,x,l,p,Ann,${long},0`,
    )
    const source = memorySource([HEADER, ...rows].join('\n'))
    expect((await findImageFacts(source, new Set(['0000000000000001']))).size).toBe(1)
    expect(source.reads.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(source.size)
  })
  it('rejects a file whose first column is not ImageID', async () => {
    await expect(findImageFacts(memorySource('<html>\n'), new Set([A]))).rejects.toMatchObject({
      code: 'bad-source',
      message: expect.stringMatching(/^images\.csv, line 1, byte 0: .*ImageID.*"<html>"/),
    })
  })
  it('finds the license of each sample image', async () => {
    const list = sampleFile('train/images.csv')
    const ids = Buffer.from(list)
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, 16))
    const found = await findImageFacts(memorySource(list), new Set(ids))
    expect(ids).toHaveLength(20)
    for (const imageId of ids)
      expect(found.get(imageId)).toMatchObject({ license: expect.stringContaining('/by/2.0/') })
  })
})

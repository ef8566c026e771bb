import { describe, expect, it } from '@jest/globals'
import { type LineBlock, lineBlocks } from '../../../shared/platform/storage/line-blocks.ts'
import { collect } from '../../support/collect.ts'

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
const toBlocks = (...texts: string[]): Promise<LineBlock[]> => collect(lineBlocks(pieces(...texts), 100))
const toText = ({ bytes }: LineBlock) => Buffer.from(bytes).toString()

const TEXTS = ['a\nbb\n\nccc\n', 'a\r\nbé\r\n\r\nc', 'no line feed', '\n', '\n\n\n', '']

describe('lineBlocks', () => {
  it.each(TEXTS)('yields whole lines for every two cuts of %j', async (text) => {
    const bytes = Buffer.from(text)
    for (let cut = 0; cut <= bytes.length; cut++)
      for (let other = cut; other <= bytes.length; other++) {
        const chunks = [bytes.subarray(0, cut), bytes.subarray(cut, other), bytes.subarray(other)]
        const blocks = await collect(
          lineBlocks(
            (async function* () {
              yield* chunks
            })(),
          ),
        )
        expect(blocks.map(toText).join('')).toBe(text)
        expect(blocks.slice(0, -1).every((block) => toText(block).endsWith('\n'))).toBe(true)
        expect(blocks.every(({ bytes }) => bytes.length > 0)).toBe(true)
      }
  })
  it('returns the offset of each block in the file', async () => {
    const blocks = await toBlocks('a\nb', 'b\nc\nd', 'd')
    expect(blocks.map((block) => [block.start, toText(block)])).toEqual([
      [100, 'a\n'],
      [102, 'bb\n'],
      [105, 'c\n'],
      [107, 'dd'],
    ])
  })
  it('does not copy lines within one chunk', async () => {
    const chunk = Buffer.from('a\nb\n')
    const [block] = await collect(
      lineBlocks(
        (async function* () {
          yield chunk
        })(),
      ),
    )
    expect(block?.bytes.buffer).toBe(chunk.buffer)
  })
  it('rejects a line that is too long, naming the offset of the line', async () => {
    const endless = Array.from({ length: 12 }, () => 'x'.repeat(100_000))
    await expect(toBlocks('a\n', ...endless)).rejects.toMatchObject({
      code: 'bad-source',
      message: expect.stringMatching(/byte 102 .*1048576/),
    })
  })
})

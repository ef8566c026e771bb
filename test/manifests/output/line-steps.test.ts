import { describe, expect, it } from '@jest/globals'
import { lineSteps } from '../../../shared/manifests/output/line-steps.ts'
import type { Piece } from '../../../shared/manifests/output/pieces.ts'
import { FIRST_POSITION, type Position } from '../../../shared/manifests/output/position.ts'
import { collect } from '../../support/collect.ts'

async function* pieces(size: number, parts: readonly Uint8Array[]): AsyncGenerator<Piece> {
  for (const bytes of parts) yield { bytes, size, etag: '"e"' }
}

const steps = async (parts: readonly Uint8Array[], size: number, from: Position = FIRST_POSITION) =>
  (await collect(lineSteps(pieces(size, parts), from))).map(({ bytes, line, next }) => ({
    text: bytes && Buffer.from(bytes).toString(),
    line,
    next,
  }))

describe('lineSteps', () => {
  it.each(['a\nbé\n\nccc\n', 'a\r\nb', '\n', 'a', ''])(
    'returns the same lines for every two cuts of %j',
    async (text) => {
      const bytes = Buffer.from(text)
      const whole = await steps([bytes], bytes.length)
      expect(whole.map((step) => step.text)).toEqual(
        text
          .replace(/\n$/, '')
          .split('\n')
          .slice(0, text ? undefined : 0),
      )
      for (let cut = 0; cut <= bytes.length; cut++)
        for (let other = cut; other <= bytes.length; other++) {
          const parts = [bytes.subarray(0, cut), bytes.subarray(cut, other), bytes.subarray(other)]
          expect(await steps(parts, bytes.length)).toEqual(whole)
        }
    },
  )

  it('returns the position after each line', async () => {
    const byteLine = (byte: number, line: number) => ({ byte, line, isInsideLine: false })
    expect((await steps([Buffer.from('é\n\nb')], 5)).map(({ next }) => next)).toEqual([
      byteLine(3, 2),
      byteLine(4, 3),
      byteLine(5, 4),
    ])
  })

  it('leaves out an incomplete line unless the file ends there', async () => {
    expect(await steps([Buffer.from('a\nb')], 4)).toMatchObject([{ text: 'a', line: 1 }])
    expect(await steps([Buffer.from('a\nb')], 3)).toMatchObject([{ text: 'a' }, { text: 'b', line: 2 }])
  })

  it('returns a line that is too long once, and the position of each further piece', async () => {
    const parts = [
      Buffer.from('a\n'),
      ...Array.from({ length: 3 }, () => Buffer.alloc(700_000, 'x')),
      Buffer.from('\nb'),
    ]
    expect(await steps(parts, 2_100_004)).toEqual([
      { text: 'a', line: 1, next: { byte: 2, line: 2, isInsideLine: false } },
      { text: undefined, line: 2, next: { byte: 1_400_002, line: 2, isInsideLine: true } },
      { text: undefined, line: undefined, next: { byte: 2_100_002, line: 2, isInsideLine: true } },
      { text: undefined, line: undefined, next: { byte: 2_100_003, line: 3, isInsideLine: false } },
      { text: 'b', line: 3, next: { byte: 2_100_004, line: 4, isInsideLine: false } },
    ])
  })

  it('skips the rest of a line that was returned before', async () => {
    const from = { byte: 100, line: 7, isInsideLine: true }
    expect(await steps([Buffer.from('xx'), Buffer.from('x\nb\n')], 106, from)).toMatchObject([
      { line: undefined, next: { byte: 102, isInsideLine: true } },
      { line: undefined, next: { byte: 104, line: 8, isInsideLine: false } },
      { text: 'b', line: 8, next: { byte: 106, line: 9 } },
    ])
  })
})

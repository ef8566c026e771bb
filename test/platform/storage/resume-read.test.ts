import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { readResumed } from '../../../shared/platform/storage/resume-read.ts'
import { text } from '../../contract/subject.ts'

const bytes = new TextEncoder().encode('0123456789')

/** Opens ranges of ten digits; each body breaks after so many bytes, or after all. */
function breaking(after: readonly number[], error: unknown = new Error('broken')) {
  const asked: [number, number][] = []
  const open = async (start: number, end: number) => {
    const most = after[asked.length] ?? 10
    asked.push([start, end])
    return (async function* () {
      if (most > 0) yield bytes.subarray(start, Math.min(end, start + most))
      if (start + most < end) throw error
    })()
  }
  return { open, asked }
}

describe('readResumed', () => {
  it('asks once when nothing breaks, and never for nothing', async () => {
    const { open, asked } = breaking([])
    expect(text(await readResumed(open, 2, 7))).toBe('23456')
    expect(await readResumed(open, 3, 3)).toHaveLength(0)
    expect(asked).toEqual([[2, 7]])
  })
  it('goes on from the byte reached', async () => {
    const { open, asked } = breaking([3, 0, 2])
    expect(text(await readResumed(open, 0, 10))).toBe('0123456789')
    expect(asked.map(([start]) => start)).toEqual([0, 3, 3, 5])
  })
  it('does not count breaks that brought bytes', async () => {
    const { open, asked } = breaking(Array(10).fill(1))
    expect(text(await readResumed(open, 0, 10))).toBe('0123456789')
    expect(asked).toHaveLength(10)
  })
  it('goes on after a body that just ends early', async () => {
    const open = async (start: number, end: number) => {
      return (async function* () {
        yield bytes.subarray(start, Math.min(end, start + 4))
      })()
    }
    expect(text(await readResumed(open, 0, 10))).toBe('0123456789')
  })
  it('gives up after four attempts in a row that brought nothing', async () => {
    const { open, asked } = breaking([4, 0, 0, 0, 0, 0])
    await expect(readResumed(open, 0, 10)).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringMatching(/byte 4/),
    })
    expect(asked).toHaveLength(5)
  })
  it('stops at once where asking again cannot help', async () => {
    const { open, asked } = breaking([0], new AppError('source-changed', 'other'))
    await expect(readResumed(open, 0, 10)).rejects.toMatchObject({ code: 'source-changed' })
    expect(asked).toHaveLength(1)
  })
  it('refuses more bytes than it asked for', async () => {
    const tooMany = async () =>
      (async function* () {
        yield bytes
      })()
    await expect(readResumed(tooMany, 0, 4)).rejects.toMatchObject({ code: 'bad-source' })
  })
})

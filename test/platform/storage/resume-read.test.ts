import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import { readResumed } from '../../../shared/platform/storage/resume-read.ts'
import { decodeText } from '../../support/bytes.ts'

const bytes = new TextEncoder().encode('0123456789')

/** Opens ranges of ten digits. Body n breaks off after `after[n]` bytes; later bodies are complete. */
function breaking(after: readonly number[], error: unknown = new Error('broken')) {
  const requests: [number, number][] = []
  const open = async (start: number, end: number) => {
    const maxBytes = after[requests.length] ?? 10
    requests.push([start, end])
    return (async function* () {
      if (maxBytes > 0) yield bytes.subarray(start, Math.min(end, start + maxBytes))
      if (start + maxBytes < end) throw error
    })()
  }
  return { open, requests }
}

describe('readResumed', () => {
  it('sends one request for a complete body, and none for an empty range', async () => {
    const { open, requests } = breaking([])
    expect(decodeText(await readResumed(open, 2, 7))).toBe('23456')
    expect(await readResumed(open, 3, 3)).toHaveLength(0)
    expect(requests).toEqual([[2, 7]])
  })
  it('resumes at the byte reached', async () => {
    const { open, requests } = breaking([3, 0, 2])
    expect(decodeText(await readResumed(open, 0, 10))).toBe('0123456789')
    expect(requests.map(([start]) => start)).toEqual([0, 3, 3, 5])
  })
  it('does not limit attempts that return bytes', async () => {
    const { open, requests } = breaking(Array(10).fill(1))
    expect(decodeText(await readResumed(open, 0, 10))).toBe('0123456789')
    expect(requests).toHaveLength(10)
  })
  it('resumes after a body that ends early', async () => {
    const open = async (start: number, end: number) => {
      return (async function* () {
        yield bytes.subarray(start, Math.min(end, start + 4))
      })()
    }
    expect(decodeText(await readResumed(open, 0, 10))).toBe('0123456789')
  })
  it('throws after four consecutive attempts without a byte', async () => {
    const { open, requests } = breaking([4, 0, 0, 0, 0, 0])
    await expect(readResumed(open, 0, 10)).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringMatching(/byte 4/),
    })
    expect(requests).toHaveLength(5)
  })
  it('does not retry a permanent error', async () => {
    const { open, requests } = breaking([0], new AppError('source-changed', 'other'))
    await expect(readResumed(open, 0, 10)).rejects.toMatchObject({ code: 'source-changed' })
    expect(requests).toHaveLength(1)
  })
  it('rejects more bytes than requested', async () => {
    const tooMany = async () =>
      (async function* () {
        yield bytes
      })()
    await expect(readResumed(tooMany, 0, 4)).rejects.toMatchObject({ code: 'bad-source' })
  })
})

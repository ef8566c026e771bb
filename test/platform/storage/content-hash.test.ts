import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import {
  BLOCK_BYTES,
  contentHasher,
  hashBlock,
  joinBlockHashes,
} from '../../../shared/platform/storage/content-hash.ts'

const BYTES = Buffer.alloc(2 * BLOCK_BYTES + 5, 'groundwork')
const BLOCKS = [0, 1, 2].map((block) => BYTES.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES))

/** Hashes the bytes in pieces of a size. */
function hash(pieceBytes: number): string {
  const hasher = contentHasher()
  for (let at = 0; at < BYTES.length; at += pieceBytes) hasher.add(BYTES.subarray(at, at + pieceBytes))
  return hasher.digest()
}

describe('the content hash of a file', () => {
  it('is the SHA-256 over the SHA-256s of its blocks, in order', () => {
    const expected = createHash('sha256')
    for (const block of BLOCKS) expected.update(createHash('sha256').update(block).digest())
    expect(joinBlockHashes(BLOCKS.map(hashBlock))).toBe(`sha256-${expected.digest('hex')}`)
  })

  it('depends on the order of its blocks', () => {
    const [one, two] = ['a', 'b'].map((text) => hashBlock(Buffer.from(text)))
    expect(joinBlockHashes([one!, two!])).not.toBe(joinBlockHashes([two!, one!]))
  })

  it.each([3 << 20, BLOCK_BYTES, BLOCK_BYTES + 1, BYTES.length])(
    'is the same when its bytes arrive in pieces of %i',
    (pieceBytes) => {
      expect(hash(pieceBytes)).toBe(joinBlockHashes(BLOCKS.map(hashBlock)))
    },
  )
})

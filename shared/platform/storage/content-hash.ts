import { createHash } from 'node:crypto'

/** Files are hashed in blocks of this size, so that parts of a file can be hashed apart. */
export const BLOCK_BYTES = 8 << 20

/** Returns the hexadecimal SHA-256 of a block. Pure. */
export const hashBlock = (block: Uint8Array): string => createHash('sha256').update(block).digest('hex')

/** Returns the content hash of a file: the SHA-256 over the SHA-256s of its 8 MiB blocks. Pure. */
export function joinBlockHashes(blocks: readonly string[]): string {
  const hash = createHash('sha256')
  for (const block of blocks) hash.update(block, 'hex')
  return `sha256-${hash.digest('hex')}`
}

/** Computes the content hash of a stream that is passed through; holds no bytes. */
export interface ContentHasher {
  add(bytes: Uint8Array): void
  /** Returns the content hash of all that was added. */
  digest(): string
}

export function contentHasher(): ContentHasher {
  const blocks: string[] = []
  let block = createHash('sha256')
  let held = 0
  const close = (): void => {
    blocks.push(block.digest('hex'))
    block = createHash('sha256')
    held = 0
  }
  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + BLOCK_BYTES - held)
        block.update(piece)
        held += piece.length
        at += piece.length
        if (held === BLOCK_BYTES) close()
      }
    },
    digest: () => {
      if (held > 0) close()
      return joinBlockHashes(blocks)
    },
  }
}

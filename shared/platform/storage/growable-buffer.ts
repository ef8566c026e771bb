/** Collects pieces into contiguous bytes. */
export interface GrowableBuffer {
  readonly size: number
  add(piece: Uint8Array): void
  /** Returns a view of all bytes so far. A later `add` may move the bytes to other memory. */
  bytes(): Uint8Array
}

const FIRST_BYTES = 1 << 16

/**
 * Creates a buffer for at most `maxBytes`. A list of pieces would take many times the memory of their bytes, as senders
 * choose their size. While it grows, this buffer takes at most three times the memory of its bytes.
 */
export function growableBuffer(maxBytes: number): GrowableBuffer {
  let held = new Uint8Array(Math.min(FIRST_BYTES, maxBytes))
  let size = 0
  return {
    get size() {
      return size
    },
    add: (piece) => {
      const end = size + piece.length
      if (end > held.length) {
        const larger = new Uint8Array(Math.max(end, Math.min(2 * held.length, maxBytes)))
        larger.set(held)
        held = larger
      }
      held.set(piece, size)
      size = end
    },
    bytes: () => held.subarray(0, size),
  }
}

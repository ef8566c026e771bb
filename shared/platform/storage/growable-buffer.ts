/** Bytes that come in pieces, one after another in memory. */
export interface GrowableBuffer {
  readonly size: number
  add(piece: Uint8Array): void
  /** All of them so far; what is added later may lie elsewhere. */
  bytes(): Uint8Array
}

const FIRST_BYTES = 1 << 16

/**
 * Gathers at most so many bytes. Pieces are as small as their sender likes, and to keep each would take many times as
 * much memory as their bytes: this takes three times as much at most, while it grows.
 */
export function growableBuffer(most: number): GrowableBuffer {
  let held = new Uint8Array(Math.min(FIRST_BYTES, most))
  let size = 0
  return {
    get size() {
      return size
    },
    add: (piece) => {
      const end = size + piece.length
      if (end > held.length) {
        const larger = new Uint8Array(Math.max(end, Math.min(2 * held.length, most)))
        larger.set(held)
        held = larger
      }
      held.set(piece, size)
      size = end
    },
    bytes: () => held.subarray(0, size),
  }
}

/** A running checksum. */
export interface Digest {
  update(bytes: Uint8Array): void
  /** Returns the checksum, big-endian. May be called once. */
  digest(): Buffer
}

/** Builds the lookup table of a reflected CRC of up to 64 bits, as low and high 32-bit halves. */
function buildTable(polynomialLow: number, polynomialHigh: number): { low: Int32Array; high: Int32Array } {
  const table = { low: new Int32Array(256), high: new Int32Array(256) }
  for (let byte = 0; byte < 256; byte++) {
    let low = byte
    let high = 0
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1
      low = (low >>> 1) | (high << 31)
      high >>>= 1
      if (odd) {
        low ^= polynomialLow
        high ^= polynomialHigh
      }
    }
    table.low[byte] = low
    table.high[byte] = high
  }
  return table
}

const castagnoli = buildTable(0x82f63b78, 0)
const nvme = buildTable(0xac4bc9b5, 0x9a6c9329)

/** CRC-32C (Castagnoli). */
export function crc32c(): Digest {
  let crc = -1
  return {
    update(bytes) {
      for (const byte of bytes) crc = (crc >>> 8) ^ (castagnoli.low[(crc ^ byte) & 0xff] ?? 0)
    },
    digest() {
      const result = Buffer.alloc(4)
      result.writeInt32BE(~crc)
      return result
    },
  }
}

/** CRC-64/NVME. */
export function crc64nvme(): Digest {
  let low = -1
  let high = -1
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (nvme.low[index] ?? 0)
        high = (high >>> 8) ^ (nvme.high[index] ?? 0)
      }
    },
    digest() {
      const result = Buffer.alloc(8)
      result.writeInt32BE(~high, 0)
      result.writeInt32BE(~low, 4)
      return result
    },
  }
}

const MAX_MESSAGES = 10
const MAX_BATCH_BYTES = 256 * 1024
const MAX_DELAY_SECONDS = 900

/**
 * Serializes a message as JSON. Escapes U+FFFE and U+FFFF, which SQS refuses, and characters outside the Basic
 * Multilingual Plane, which emulators of SQS refuse. Pure.
 */
export const messageBody = (message: unknown): string =>
  JSON.stringify(message).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  )

/**
 * Groups bodies, in order, into requests of at most ten messages and 256 KiB. Pure.
 * @throws Error when a single body is larger
 */
export function planMessageBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = []
  let bytes = 0
  for (const body of bodies) {
    const size = Buffer.byteLength(body)
    if (size > MAX_BATCH_BYTES)
      throw new Error(`a message of ${size} bytes is too large (allowed: ${MAX_BATCH_BYTES} bytes)`)
    const last = batches.at(-1)
    if (last && last.length < MAX_MESSAGES && bytes + size <= MAX_BATCH_BYTES) {
      last.push(body)
      bytes += size
    } else {
      batches.push([body])
      bytes = size
    }
  }
  return batches
}

/** Returns a valid delay unchanged. @throws RangeError when it is not 0 to 900 whole seconds */
export function checkDelay(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_DELAY_SECONDS) return seconds
  throw new RangeError(
    `a delay of ${seconds} seconds is out of range (allowed: 0 to ${MAX_DELAY_SECONDS} whole seconds)`,
  )
}

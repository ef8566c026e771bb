const PER_BATCH = 10
const BYTES_PER_BATCH = 256 * 1024
const LONGEST_DELAY_SECONDS = 900

/**
 * A message as its body: JSON, with the two characters escaped that JSON allows and SQS does not, and those outside the
 * Basic Multilingual Plane, which emulators of SQS refuse.
 */
export const messageBody = (message: unknown): string =>
  JSON.stringify(message).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  )

/** Bodies grouped in order into as few requests as SQS takes: ten messages and 256 KB each. @throws Error when one alone is larger */
export function planMessageBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = []
  let bytes = 0
  for (const body of bodies) {
    const size = Buffer.byteLength(body)
    if (size > BYTES_PER_BATCH) throw new Error(`a message of ${size} bytes; a queue takes at most ${BYTES_PER_BATCH}`)
    const last = batches.at(-1)
    if (last && last.length < PER_BATCH && bytes + size <= BYTES_PER_BATCH) {
      last.push(body)
      bytes += size
    } else {
      batches.push([body])
      bytes = size
    }
  }
  return batches
}

/** How long a queue keeps messages back. @throws RangeError when none does for so long */
export function checkDelay(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_DELAY_SECONDS) return seconds
  throw new RangeError(`a delay of ${seconds} seconds; a queue takes whole ones from 0 to ${LONGEST_DELAY_SECONDS}`)
}

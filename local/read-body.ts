/**
 * Reads the whole body of a request.
 * @returns undefined if it has more bytes than allowed; the excess is read and discarded, so that the caller can be answered
 */
export async function readBody(parts: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | undefined> {
  const kept: Uint8Array[] = []
  let size = 0
  for await (const part of parts) {
    size += part.length
    if (size <= maxBytes) kept.push(part)
    else kept.length = 0
  }
  return size <= maxBytes ? Buffer.concat(kept) : undefined
}

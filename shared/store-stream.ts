import type { Ports } from './ports.ts'

const PART_BYTES = 8 << 20

/**
 * Stores a stream of any length under a key: as one object when it is small, in parts when it is not.
 * Nothing is visible under the key before the stream has ended well. Holds two parts.
 * @param eachPart is shown each part of 8 MiB (the last may be smaller) before it is stored
 * @returns how many bytes were stored
 */
export async function storeStream(
  key: string,
  stream: AsyncIterable<Uint8Array>,
  { objects, uploads }: Pick<Ports, 'objects' | 'uploads'>,
  eachPart: (part: Uint8Array) => void = () => undefined,
): Promise<number> {
  let uploadId: string | undefined
  let total = 0
  const etags: string[] = []
  try {
    let held: Uint8Array | undefined
    for await (const part of inParts(stream)) {
      eachPart(part)
      total += part.length
      if (held) {
        uploadId ??= await uploads.start(key)
        etags.push(await uploads.part(key, uploadId, etags.length + 1, held))
      }
      held = part
    }
    const last = held ?? new Uint8Array(0)
    if (uploadId === undefined) await objects.put(key, last)
    else {
      etags.push(await uploads.part(key, uploadId, etags.length + 1, last))
      await uploads.complete(key, uploadId, etags)
    }
    return total
  } catch (error) {
    if (uploadId !== undefined) await uploads.abort(key, uploadId).catch(() => undefined)
    throw error
  }
}

/** The same bytes, cut into parts of 8 MiB; the last is what is left. */
async function* inParts(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const chunk of stream) {
    let rest = chunk
    while (heldBytes + rest.length >= PART_BYTES) {
      const cut = PART_BYTES - heldBytes
      yield Buffer.concat([...held, rest.subarray(0, cut)])
      rest = rest.subarray(cut)
      held = []
      heldBytes = 0
    }
    if (rest.length === 0) continue
    held.push(rest)
    heldBytes += rest.length
  }
  if (heldBytes > 0) yield Buffer.concat(held)
}

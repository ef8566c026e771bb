import type { Condition, Ports } from './ports.ts'

const PART_BYTES = 8 << 20

/**
 * Stores a stream of any length under a key: as one object when it is small, in parts when it is not.
 * Nothing is visible under the key before the stream has ended well. Holds two parts.
 * @returns whether it was stored; false when the condition does not hold
 */
export async function storeStream(
  key: string,
  stream: AsyncIterable<Uint8Array>,
  { objects, uploads }: Pick<Ports, 'objects' | 'uploads'>,
  condition?: Condition,
): Promise<boolean> {
  let uploadId: string | undefined
  let parts = 0
  let stored = false
  try {
    let held: Uint8Array | undefined
    for await (const part of inParts(stream, PART_BYTES)) {
      if (held) {
        uploadId ??= await uploads.start(key)
        await uploads.part(key, uploadId, ++parts, held)
      }
      held = part
    }
    const last = held ?? new Uint8Array(0)
    if (uploadId === undefined) return (await objects.put(key, last, condition)) !== undefined
    await uploads.part(key, uploadId, ++parts, last)
    stored = (await uploads.complete(key, uploadId, parts, condition)) !== undefined
    return stored
  } finally {
    if (uploadId !== undefined && !stored) await uploads.abort(key, uploadId).catch(() => undefined)
  }
}

/** The same bytes, cut into parts of one size; the last is what is left. */
export async function* inParts(stream: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const chunk of stream) {
    let rest = chunk
    while (heldBytes + rest.length >= partBytes) {
      const cut = partBytes - heldBytes
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

import { AppError } from '../../contracts/errors.ts'
import type { Condition, Ports } from '../ports.ts'
import { growableBuffer } from './growable-buffer.ts'

/** The least that S3 takes. */
export const PART_BYTES = 5 << 20

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
    for await (const part of splitIntoParts(stream, PART_BYTES)) {
      if (held) {
        uploadId ??= await uploads.start(key)
        await uploads.part(key, uploadId, ++parts, held)
      }
      held = part
    }
    const last = held ?? new Uint8Array(0)
    if (uploadId === undefined) return (await objects.put(key, last, condition)) !== undefined
    await uploads.part(key, uploadId, ++parts, last)
    const joined = uploads.complete(key, uploadId, parts, condition)
    stored = (await joined.catch((error: unknown) => ifReplaced(error, key, objects, condition))) !== undefined
    return stored
  } finally {
    if (uploadId !== undefined && !stored) await uploads.abort(key, uploadId).catch(() => undefined)
  }
}

/**
 * A join that S3 had done and not told of is refused when it is asked for again: then the condition no longer holds, as
 * that of a simple write would not.
 */
async function ifReplaced(
  error: unknown,
  key: string,
  objects: Ports['objects'],
  condition: Condition | undefined,
): Promise<undefined> {
  if (!condition || !(error instanceof AppError) || error.code !== 'wrong-state') throw error
  const standing = await objects.get(key, { start: 0, end: 1 })
  if (!standing || ('etag' in condition && standing.etag === condition.etag)) throw error
  return undefined
}

/** The same bytes, cut into parts of one size; the last is what is left. Holds one, however small the chunks are. */
export async function* splitIntoParts(
  stream: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Uint8Array> {
  let held = growableBuffer(partBytes)
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + partBytes - held.size)
      held.add(piece)
      at += piece.length
      if (held.size < partBytes) continue
      yield held.bytes()
      held = growableBuffer(partBytes)
    }
  }
  if (held.size > 0) yield held.bytes()
}

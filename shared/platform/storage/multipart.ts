import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../ports.ts'
import { growableBuffer } from './growable-buffer.ts'
import type { Condition } from './ports.ts'

/** Size of an upload's parts: the minimum that S3 accepts. */
export const PART_BYTES = 5 << 20

/**
 * Stores a stream of any length under a key, in one request if it is small, otherwise as a multipart upload. The object
 * becomes visible only after the stream has ended without an error. Holds two parts.
 * @returns its ETag; `undefined` when the condition does not hold
 */
export async function storeStream(
  key: string,
  stream: AsyncIterable<Uint8Array>,
  { objects, uploads }: Pick<Ports, 'objects' | 'uploads'>,
  condition?: Condition,
): Promise<string | undefined> {
  let uploadId: string | undefined
  let parts = 0
  let etag: string | undefined
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
    if (uploadId === undefined) return await objects.put(key, last, condition)
    await uploads.part(key, uploadId, ++parts, last)
    const completed = uploads.complete(key, uploadId, parts, condition)
    etag = await completed.catch((error: unknown) => checkReplaced(error, key, objects, condition))
    return etag
  } finally {
    if (uploadId !== undefined && etag === undefined) await uploads.abort(key, uploadId).catch(() => undefined)
  }
}

/**
 * Returns undefined if the condition no longer holds, and throws the error otherwise. S3 rejects the retry of a
 * completion whose first response was lost; like a retried conditional write, that counts as a failed condition.
 */
async function checkReplaced(
  error: unknown,
  key: string,
  objects: Ports['objects'],
  condition: Condition | undefined,
): Promise<undefined> {
  if (!condition || !(error instanceof AppError) || error.code !== 'wrong-state') throw error
  const current = await objects.get(key, { start: 0, end: 1 })
  if (!current || ('etag' in condition && current.etag === condition.etag)) throw error
  return undefined
}

/** Cuts a stream into parts of one size; the last part may be smaller. Holds one part, however small the chunks are. */
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

import { Readable } from 'node:stream'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import type { StoredObject } from '../ports.ts'
import { backoff } from '../state/backoff.ts'

const ATTEMPTS = 3

/** The bytes of an answer as they come. */
export function readChunks(answer: GetObjectCommandOutput): AsyncIterable<Uint8Array> {
  if (answer.Body instanceof Readable) return answer.Body
  throw new TypeError('under Node the body of a GetObject is a Readable')
}

/** A whole answer. The SDK does not ask again when a body breaks in the middle: this does, a few times. */
export async function readAll(send: () => Promise<GetObjectCommandOutput>): Promise<StoredObject> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send()
    try {
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0)
      if (bytes.length !== answer.ContentLength)
        throw new Error(`${bytes.length} of ${answer.ContentLength} bytes came`)
      return { bytes, etag: answer.ETag ?? '', size: sizeOf(answer) }
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error
      await backoff(attempt)
    }
  }
}

/** Size of the whole object, also where a range of it was read. */
const sizeOf = ({ ContentRange, ContentLength = 0 }: GetObjectCommandOutput): number =>
  ContentRange === undefined ? ContentLength : Number(ContentRange.slice(ContentRange.indexOf('/') + 1))

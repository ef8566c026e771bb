import { Readable } from 'node:stream'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { backoff } from '../state/backoff.ts'
import type { StoredObject } from '../storage/ports.ts'

const ATTEMPTS = 3

/** Returns the body of a GetObject as a stream of chunks. */
export function readChunks(answer: GetObjectCommandOutput): AsyncIterable<Uint8Array> {
  if (answer.Body instanceof Readable) return answer.Body
  throw new TypeError('under Node the body of a GetObject is a Readable')
}

/** Reads a whole GetObject response. Retries when the body breaks off, which the SDK itself does not. */
export async function readAll(send: () => Promise<GetObjectCommandOutput>): Promise<StoredObject> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send()
    try {
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0)
      if (bytes.length !== answer.ContentLength)
        throw new Error(`received ${bytes.length} of ${answer.ContentLength} bytes`)
      return { bytes, etag: answer.ETag ?? '', size: objectSize(answer) }
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error
      await backoff(attempt)
    }
  }
}

/** Size of the whole object, even when a range was read. */
const objectSize = ({ ContentRange, ContentLength = 0 }: GetObjectCommandOutput): number =>
  ContentRange === undefined ? ContentLength : Number(ContentRange.slice(ContentRange.indexOf('/') + 1))

import { getBatch, manifestKey } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import { awaitAll } from '../../platform/await-all.ts'
import { MAX_RESPONSE_BYTES } from '../../platform/http/response-limit.ts'
import type { Ports } from '../../platform/ports.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import { checkManifest } from './stored-manifest.ts'

const LINK_SECONDS = 900

/**
 * Reads a batch's input manifest, or returns a presigned link for 15 minutes to one that is too large for a response.
 * @throws AppError `not-found`, `corrupt-state`
 */
export async function readManifest(
  batch: string,
  ports: Pick<Ports, 'config' | 'objects' | 'bucket'>,
): Promise<{ text: string } | { link: string }> {
  const key = manifestKey(batch, ports)
  const reading = readRange(key, { start: 0, end: MAX_RESPONSE_BYTES }, ports)
  const [{ value: state }, head] = await awaitAll([getBatch(batch, ports), reading])
  const isWhole = head === undefined || head.size <= MAX_RESPONSE_BYTES
  const stored = isWhole ? checkManifest(key, head, state) : head
  if (!stored)
    throw new AppError('not-found', `"${batch}" has no manifest yet. Write it with PUT /v1/batches/${batch}/manifest.`)
  // Each byte that is not UTF-8, as an editor may have left some, becomes a character of three bytes.
  const text = isWhole ? Buffer.from(stored.bytes).toString('utf8') : undefined
  return text !== undefined && Buffer.byteLength(text) <= MAX_RESPONSE_BYTES
    ? { text }
    : { link: await ports.bucket.link(key, LINK_SECONDS) }
}

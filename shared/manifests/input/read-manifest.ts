import { getBatch, manifestKey } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import { awaitAll } from '../../platform/await-all.ts'
import type { Ports } from '../../platform/ports.ts'
import { readRange } from '../../platform/storage/stored-file.ts'
import { checkManifest } from './stored-manifest.ts'

/** A larger manifest is answered with a link. */
export const MAX_BYTES = 4_000_000
const LINK_SECONDS = 900

/**
 * Reads a batch's input manifest, or returns a presigned link to it for 15 minutes.
 * @throws AppError `not-found`, `corrupt-state`
 */
export async function readManifest(
  batch: string,
  ports: Pick<Ports, 'config' | 'objects' | 'bucket'>,
): Promise<{ text: string } | { link: string }> {
  const key = manifestKey(batch, ports)
  const reading = readRange(key, { start: 0, end: MAX_BYTES }, ports)
  const [{ value: state }, head] = await awaitAll([getBatch(batch, ports), reading])
  const isWhole = head === undefined || head.size <= MAX_BYTES
  const stored = isWhole ? checkManifest(key, head, state) : head
  if (!stored)
    throw new AppError('not-found', `"${batch}" has no manifest yet. Write it with PUT /v1/batches/${batch}/manifest.`)
  if (stored.size > MAX_BYTES) return { link: await ports.bucket.link(key, LINK_SECONDS) }
  return { text: Buffer.from(stored.bytes).toString('utf8') }
}

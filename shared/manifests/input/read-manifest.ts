import { getBatch, manifestKey } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'

/** Nothing larger is answered; it is linked to. */
const MOST_BYTES = 4_000_000
const LINK_SECONDS = 900

/** The manifest as it was written, or a link to it that lasts 15 minutes. @throws AppError `not-found` */
export async function readManifest(batch: string, ports: Ports): Promise<{ text: string } | { link: string }> {
  await getBatch(batch, ports)
  const key = manifestKey(batch, ports)
  const stored = await ports.objects.get(key, { start: 0, end: MOST_BYTES })
  if (!stored)
    throw new AppError('not-found', `"${batch}" has no manifest yet; PUT /v1/batches/${batch}/manifest writes it.`)
  if (stored.size > MOST_BYTES) return { link: await ports.bucket.link(key, LINK_SECONDS) }
  return { text: Buffer.from(stored.bytes).toString('utf8') }
}

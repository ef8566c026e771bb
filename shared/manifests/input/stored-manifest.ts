import type { BatchState } from '../../batches/record/state.ts'
import { manifestKey } from '../../batches/record/store.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError } from '../../platform/state/corrupt-state.ts'
import type { StoredObject } from '../../platform/storage/ports.ts'
import { readRange } from '../../platform/storage/stored-file.ts'

/** More than a line of the labeling service can have, in UTF-8. */
const MAX_TAIL_BYTES = 512 << 10

/**
 * Finds a batch's input manifest. Users may edit it or put one of their own there, with any number of lines; but one that
 * was written and is gone, or ends inside a line, is damaged.
 * @returns `undefined` when none was written
 * @throws CorruptStateError when it is damaged
 */
export async function findManifest(
  batch: string,
  state: Pick<BatchState, 'manifest'>,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<{ readonly key: string; readonly etag: string } | undefined> {
  const key = manifestKey(batch, ports)
  const head = await readRange(key, { start: 0, end: 1 }, ports)
  if (!head || head.size === 0 || head.etag === state.manifest?.etag) return checkManifest(key, head, state)
  const start = Math.max(0, head.size - MAX_TAIL_BYTES)
  return checkManifest(key, await readRange(key, { start, end: head.size }, ports), state)
}

/**
 * Checks a manifest as {@link findManifest} does. Pure.
 * @param stored the manifest, or a range up to its end
 */
export function checkManifest<Stored extends StoredObject>(
  key: string,
  stored: Stored | undefined,
  { manifest }: Pick<BatchState, 'manifest'>,
): (Stored & { readonly key: string }) | undefined {
  const corrupt = (reason: string) => new CorruptStateError(key, stored?.etag, `an input manifest: ${reason}`)
  if (!stored) {
    if (manifest) throw corrupt('it was written and does not exist any more')
    return undefined
  }
  if (stored.etag === manifest?.etag) return { ...stored, key }
  if (stored.size === 0 && manifest && manifest.lines > 0) throw corrupt('it is empty')
  if (!endsWithWholeLine(stored)) throw corrupt('its last line is incomplete')
  return { ...stored, key }
}

function endsWithWholeLine({ bytes, size }: StoredObject): boolean {
  const text = Buffer.from(bytes).toString('utf8')
  const last = text.slice(text.lastIndexOf('\n') + 1)
  // A line that is longer than what was read is too long for the labeling service, which says so itself.
  if (last.trim() === '' || (last.length === text.length && bytes.length < size)) return true
  try {
    JSON.parse(last)
    return true
  } catch {
    return false
  }
}

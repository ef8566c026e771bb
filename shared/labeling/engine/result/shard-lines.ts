import { parseS3Uri } from '../../../contracts/s3-uri.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { LF } from '../../../platform/storage/ascii.ts'
import { readRange } from '../../../platform/storage/stored-file.ts'
import type { Shard } from '../shard.ts'
import type { Work } from '../work.ts'

/**
 * Reads the lines of a shard in the input manifest, without their line ends.
 * @throws CorruptStateError when the manifest is gone, or no longer has as many lines there
 */
export async function readInputLines(
  work: Pick<Work, 'inputManifestUri'>,
  { input, lines }: Pick<Shard, 'input' | 'lines'>,
  ports: Pick<Ports, 'objects'>,
): Promise<readonly Uint8Array[]> {
  const { key } = parseS3Uri(work.inputManifestUri)
  const stored = await readRange(key, input, ports)
  const found = stored && splitLines(stored.bytes)
  if (found?.length === lines && stored?.bytes.length === input.end - input.start) return found
  throw new CorruptStateError(key, stored?.etag, stored ? 'it was changed' : 'it does not exist')
}

/** Cuts text into lines without their line feeds. The last line may lack one. Pure. */
function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LF, start)
    const end = found < 0 ? bytes.length : found
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

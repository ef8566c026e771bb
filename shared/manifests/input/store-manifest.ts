import { isDeepStrictEqual } from 'node:util'
import type { BatchState, ManifestState } from '../../batches/record/state.ts'
import { guardVersion, manifestKey, SupersededError, updateBatch } from '../../batches/record/store.ts'
import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { enqueueEvent, type PendingEvent } from '../../platform/state/outbox.ts'
import type { State } from '../../platform/state/record.ts'
import { storeStream } from '../../platform/storage/multipart.ts'
import { removeFiles } from '../../platform/storage/stored-file.ts'

/**
 * Stores the manifest of this very batch, and records it. If the batch is deleted meanwhile, no manifest stays.
 * @param boxAttribute label attribute of its boxes; undefined where it has none
 * @param toEvent makes the event to put into the outbox of the batch with that, once all lines were written
 * @returns the batch as it is afterwards
 * @throws AppError `not-found` when the batch was deleted meanwhile
 */
export async function storeManifest(
  batch: string,
  batchId: string,
  made: AsyncIterable<Uint8Array>,
  boxAttribute: string | undefined,
  toEvent: () => PendingEvent | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads' | 'newId'>,
): Promise<State<BatchState>> {
  const isCurrent = (value: BatchState) => value.batchId === batchId && value.state === 'selected'
  const isFound = ({ value }: State<BatchState>) => isCurrent(value)
  const key = manifestKey(batch, ports)
  const { lines, count } = countLines(made)
  let known: State<BatchState> | undefined
  const guarded = guardVersion(lines, batch, isFound, ports, (found) => {
    known = found
  })
  try {
    const etag = await storeStream(key, guarded, ports)
    if (etag === undefined) throw new Error(`S3 refused to write ${key}, which has no condition`)
    const manifest: ManifestState = { ...count(), etag, ...(boxAttribute !== undefined && { boxAttribute }) }
    const event = toEvent()
    const record = (value: BatchState): BatchState | undefined => {
      if (!isCurrent(value) || (!event && isDeepStrictEqual(value.manifest, manifest))) return undefined
      const recorded: BatchState = { ...value, manifest }
      return event ? enqueueEvent(recorded, event) : recorded
    }
    const updated = await updateBatch(batch, record, ports, known)
    if (updated && isFound(updated)) return updated
    await removeFiles([{ key, etag }], ports)
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error
  }
  throw new AppError('not-found', `The batch "${batch}" was deleted while its manifest was being written.`)
}

/** Counts lines that are passed on, and their bytes. */
function countLines(made: AsyncIterable<Uint8Array>) {
  const counted = { lines: 0, bytes: 0 }
  async function* lines(): AsyncGenerator<Uint8Array> {
    for await (const line of made) {
      counted.lines += 1
      counted.bytes += line.length
      yield line
    }
  }
  return { lines: lines(), count: () => counted }
}

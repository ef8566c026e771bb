import { AppError } from '../../contracts/errors.ts'
import { cancelRound } from '../../platform/fan-out/complete-round.ts'
import { type AnyRound, endRef, readEnd } from '../../platform/fan-out/round.ts'
import type { Ports } from '../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../platform/state/corrupt-state.ts'
import { removeState } from '../../platform/state/record.ts'
import type { DatasetState } from '../state.ts'
import { getDataset, updateDataset } from '../store.ts'
import { checkRowsJob } from './check-rows-job.ts'
import { fetchPartsJob } from './fetch-parts-job.ts'
import { removeImport } from './remove-import.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'now' | 'newId' | 'log'>

/**
 * Cancels the running import. It needs the state of the dataset only: whatever else is damaged, the import is removed.
 * @throws AppError `not-found`; `wrong-state` when no import is running; CorruptStateError when the state is corrupt
 */
export async function cancelImport(dataset: string, ports: Needs): Promise<DatasetState> {
  const { value } = await getDataset(dataset, ports)
  if (!value.importing) throw new AppError('wrong-state', `No import of "${dataset}" is running.`)
  const state = await abandonImport(dataset, value.importing.importId, { cancelled: true }, ports)
  if (state) return state
  throw new AppError('wrong-state', `The import of "${dataset}" ended before it could be cancelled.`)
}

/**
 * Ends a running import for good. The first write rules out that it becomes current. Then its rounds are cancelled and
 * its files removed; the current import remains. The last write removes it from the state, so that a call that was
 * interrupted can be resumed by calling this again.
 * @param mark what the first write adds
 * @returns undefined when the import is not running any more
 */
export async function abandonImport(
  dataset: string,
  importId: string,
  mark: Pick<NonNullable<DatasetState['importing']>, 'cancelled' | 'restarting'>,
  ports: Needs,
): Promise<DatasetState | undefined> {
  const subject = { dataset, importId }
  const marked = await updateDataset(
    dataset,
    ({ importing, ...rest }) =>
      importing?.importId === importId ? { ...rest, importing: { ...importing, ...mark } } : undefined,
    ports,
  )
  if (marked?.importing?.importId !== importId) return undefined
  await endRound({ job: fetchPartsJob, subject, round: 1 }, ports)
  await endRound({ job: checkRowsJob, subject, round: 1 }, ports)
  await removeImport(subject, ports)
  const removeImporting = ({ importing, ...rest }: DatasetState) =>
    importing?.importId === importId ? rest : undefined
  return (await updateDataset(dataset, removeImporting, ports)) ?? marked
}

/**
 * Cancels a round. Damaged receipts do not matter, and a damaged end is removed: late messages of a round without an end
 * find that the import is superseded.
 */
async function endRound(ref: AnyRound, ports: Needs): Promise<void> {
  if (await skipCorrupt(cancelRound(ref, ports), ports)) return
  const end = await readOrCorrupt(readEnd(ref, ports))
  if (end instanceof CorruptStateError && end.etag !== undefined)
    await removeState(endRef(ref, ports), { etag: end.etag }, ports)
}

import { AppError } from '../../contracts/errors.ts'
import { cancelRound } from '../../platform/fan-out/complete-round.ts'
import type { Ports } from '../../platform/ports.ts'
import type { DatasetState } from '../state.ts'
import { getDataset, updateDataset } from '../store.ts'
import { checkRowsJob } from './check-rows-job.ts'
import { removeImport } from './end-import.ts'
import { fetchPartsJob } from './fetch-parts-job.ts'
import type { ImportSubject } from './import-files.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'uploads' | 'now' | 'newId'>

/**
 * Cancels the running import. The first write rules out that it becomes current. Then its rounds are cancelled and its
 * files removed; the current import remains. The last write removes it from the state, so a cancellation that was
 * interrupted can be resumed by calling this again.
 * @throws AppError `not-found`; `wrong-state` when no import is running
 */
export async function cancelImport(dataset: string, ports: Needs): Promise<DatasetState> {
  const { value } = await getDataset(dataset, ports)
  if (!value.importing) throw new AppError('wrong-state', `No import of "${dataset}" is running.`)
  const { importId } = value.importing
  const subject: ImportSubject = { dataset, importId }
  const marked = await updateDataset(
    dataset,
    ({ importing, ...rest }) =>
      importing?.importId === importId ? { ...rest, importing: { ...importing, cancelled: true } } : undefined,
    ports,
  )
  if (marked?.importing?.importId !== importId)
    throw new AppError('wrong-state', `The import of "${dataset}" ended before it could be cancelled.`)
  await cancelRound({ job: fetchPartsJob, subject, round: 1 }, ports)
  await cancelRound({ job: checkRowsJob, subject, round: 1 }, ports)
  await removeImport(subject, ports)
  const removeImporting = ({ importing, ...rest }: DatasetState) =>
    importing?.importId === importId ? rest : undefined
  return (await updateDataset(dataset, removeImporting, ports)) ?? marked
}

import { AppError } from '../../contracts/errors.ts'
import { cancelRound } from '../../platform/fan-out/complete.ts'
import type { Ports } from '../../platform/ports.ts'
import type { DatasetState } from '../state.ts'
import { getDataset, updateDataset } from '../store.ts'
import { checkRows } from './check-rows-job.ts'
import { removeImport } from './end-import.ts'
import { fetchParts } from './fetch-parts-job.ts'
import type { ImportSubject } from './import-files.ts'

/**
 * Cancels the import that runs: from the first write on it can no longer become current. Its rounds end, and what it
 * had stored is removed; what was current before stays. The last write forgets it, so that until then a cancellation
 * that died is gone on with by the same call. @throws AppError `not-found`; `wrong-state` when none runs
 */
export async function cancelImport(dataset: string, ports: Ports): Promise<DatasetState> {
  const { value } = await getDataset(dataset, ports)
  if (!value.importing) throw new AppError('wrong-state', `No import of "${dataset}" runs.`)
  const { importId } = value.importing
  const subject: ImportSubject = { dataset, importId }
  const marked = await updateDataset(
    dataset,
    ({ importing, ...rest }) =>
      importing?.importId === importId ? { ...rest, importing: { ...importing, cancelled: true } } : undefined,
    ports,
  )
  if (marked?.importing?.importId !== importId)
    throw new AppError('wrong-state', `The import of "${dataset}" was done before it could be cancelled.`)
  await cancelRound({ job: fetchParts, subject, round: 1 }, ports)
  await cancelRound({ job: checkRows, subject, round: 1 }, ports)
  await removeImport(subject, ports)
  const without = ({ importing, ...rest }: DatasetState) => (importing?.importId === importId ? rest : undefined)
  return (await updateDataset(dataset, without, ports)) ?? marked
}

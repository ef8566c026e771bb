import { cancelImport } from '../../shared/datasets/import/cancel-import.ts'
import { checkRowsJob } from '../../shared/datasets/import/check-rows-job.ts'
import { fetchPartsJob } from '../../shared/datasets/import/fetch-parts-job.ts'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { forgetDataset } from '../../shared/datasets/register/forget.ts'
import { datasetFolder, findDataset } from '../../shared/datasets/store.ts'
import type { Ports } from '../../shared/platform/ports.ts'
import { type Recovery, resumeEach } from './resume-each.ts'
import { resumeRoundIn } from './resume-round.ts'
import { folderNames } from './state-names.ts'

/** Resumes running imports, and what was interrupted: cancellations, deletions, and the events of imports that ended. */
export async function resumeImports(recovery: Recovery): Promise<void> {
  const { ports } = recovery
  const names = folderNames(`${ports.config.dataPrefix}raw/`, ports)
  await resumeEach('dataset', names, (dataset) => resumeDataset(dataset, ports), recovery)
}

async function resumeDataset(dataset: string, ports: Ports): Promise<void> {
  const found = await findDataset(dataset, ports)
  if (!found) return
  const { deleting, importing } = found.value
  if (deleting) await forgetDataset(dataset, ports)
  else if (importing?.cancelled) await cancelImport(dataset, ports)
  else if (importing) await startImport(dataset, ports)
  else await resumeEnds(dataset, ports)
}

/** An import ends with a change of the dataset. Its event is published afterwards, by the message of its round. */
async function resumeEnds(dataset: string, ports: Ports): Promise<void> {
  for await (const importIds of folderNames(datasetFolder(dataset, ports), ports))
    for (const importId of importIds)
      for (const job of [fetchPartsJob, checkRowsJob])
        await resumeRoundIn(['finished'], { job, subject: { dataset, importId }, round: 1 }, ports)
}

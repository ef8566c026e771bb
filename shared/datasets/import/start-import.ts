import type { Sources } from '../../contracts/dataset.ts'
import { AppError } from '../../contracts/errors.ts'
import { startRound } from '../../platform/fan-out/round.ts'
import { checkSources } from '../../platform/outbound/check-sources.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState } from '../../platform/state/record.ts'
import { CONFLICT, retryOnConflict } from '../../platform/state/retry-on-conflict.ts'
import { checkWorkingBucket } from '../../platform/storage/working-bucket.ts'
import type { DatasetState } from '../state.ts'
import { assertNotDeleting, datasetRef, type FoundDataset, getDataset, saveDataset } from '../store.ts'
import { abandonImport } from './cancel-import.ts'
import { fetchPartsJob } from './fetch-parts-job.ts'
import { abortUploads, fileKey, type ImportSubject, planRef } from './import-files.ts'
import { type ImportPlan, listParts, namedSources, type OpenedSource, planImport } from './import-plan.ts'
import { type ImportPreview, previewPlan } from './import-preview.ts'
import { type ImportProgress, inspectImport } from './inspect-import.ts'
import { removeIfSuperseded } from './remove-import.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'uploads' | 'files' | 'messages' | 'bucket' | 'requestId' | 'now' | 'newId' | 'log'
>

/** Opens all sources and plans the parts. @throws AppError `bad-source`, `preflight-failed`, `upstream-failed` */
async function planSources(sources: Sources, ports: Pick<Ports, 'config' | 'files' | 'bucket'>): Promise<ImportPlan> {
  await checkWorkingBucket(ports)
  const named = namedSources(sources)
  checkSources(
    named.map(({ source, uri }) => ({ at: `sources.${source}`, uri })),
    ports.config,
  )
  const opened = await Promise.all(
    named.map(async ({ source, uri }): Promise<OpenedSource> => ({ source, uri, file: await ports.files.open(uri) })),
  )
  return planImport(opened)
}

/** Checks an import and estimates its cost, without writing anything. @throws AppError as {@link startImport} does */
export async function previewImport(dataset: string, ports: Needs): Promise<ImportPreview> {
  const { value } = await getDataset(dataset, ports)
  assertNotDeleting(dataset, value)
  return previewPlan(await planSources(value.registration.sources, ports))
}

/**
 * Starts an import of a dataset. If an import is running, resumes it: sends the chunks that have no receipt again. If
 * that one cannot be resumed, as its stored work is damaged, removes it and starts another.
 * Checks all preconditions before the first write.
 * @throws AppError `not-found`; `wrong-state` while an import is being cancelled or the dataset deleted; `bad-source`,
 *   `preflight-failed`, `upstream-failed`
 */
export const startImport = (dataset: string, ports: Needs): Promise<DatasetState> =>
  retryOnConflict(datasetRef(dataset, ports).key, () => tryStart(dataset, ports))

async function tryStart(dataset: string, ports: Needs): Promise<DatasetState | typeof CONFLICT> {
  const found = await getDataset(dataset, ports)
  assertNotDeleting(dataset, found.value)
  const { importing, registration } = found.value
  if (importing?.cancelled && !importing.restarting) {
    const hint = `DELETE /v1/datasets/${dataset}/import resumes the cancellation`
    throw new AppError('wrong-state', `The import of "${dataset}" is being cancelled; ${hint}.`)
  }
  if (importing) {
    const subject: ImportSubject = { dataset, importId: importing.importId }
    const progress = importing.restarting ? 'damaged' : await inspectImport(subject, ports)
    if (progress !== 'damaged') {
      await resumeImport(subject, progress, registration.sources, ports)
      return found.value
    }
  }
  const plan = await planSources(registration.sources, ports)
  if (importing) {
    const mark = { cancelled: true, restarting: true }
    const abandoned = await abandonImport(dataset, importing.importId, mark, ports)
    // Now there is room for another import.
    return abandoned ? CONFLICT : (await getDataset(dataset, ports)).value
  }
  const subject: ImportSubject = { dataset, importId: ports.newId() }
  const claimed = await claim(dataset, found, subject, ports)
  if (!claimed) return CONFLICT
  await beginImport(subject, plan, ports)
  return claimed
}

/** Makes this the running import. Of several concurrent calls, one succeeds. */
async function claim(dataset: string, found: FoundDataset, { importId }: ImportSubject, ports: Needs) {
  const { problem: _, failedImport: __, ...rest } = found.value
  const next: DatasetState = { ...rest, importing: { importId, startedAt: ports.now().toISOString() } }
  return (await saveDataset(dataset, found, next, ports)) ? next : undefined
}

async function beginImport(subject: ImportSubject, plan: ImportPlan, ports: Needs): Promise<void> {
  const files = await Promise.all(
    plan.files.map(async (file) =>
      file.parts === 1 ? file : { ...file, uploadId: await ports.uploads.start(fileKey(subject, file.source, ports)) },
    ),
  )
  if (!(await createState(planRef(subject, ports), { ...plan, files }, ports)))
    await abortUploads(subject, { ...plan, files }, ports)
  await startRound({ job: fetchPartsJob, subject, round: 1 }, listParts(plan), ports)
  // The cancellation may have ended before the last write of the start.
  await removeIfSuperseded(subject, ports)
}

/** Plans the import again if it was interrupted before its plan was written; otherwise resumes its rounds. */
async function resumeImport(
  subject: ImportSubject,
  progress: Exclude<ImportProgress, 'damaged'>,
  sources: Sources,
  ports: Needs,
): Promise<void> {
  if (progress === 'unplanned') return beginImport(subject, await planSources(sources, ports), ports)
  await startRound(progress.round, progress.chunks, ports)
  await removeIfSuperseded(subject, ports)
}

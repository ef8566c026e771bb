import type { Sources } from '../../contracts/dataset.ts'
import { AppError } from '../../contracts/errors.ts'
import { resumeRound, startRound } from '../../platform/fan-out/round.ts'
import { checkSources } from '../../platform/outbound/check-sources.ts'
import type { Ports } from '../../platform/ports.ts'
import { createState, readState } from '../../platform/state/record.ts'
import { checkWorkingBucket } from '../../platform/storage/working-bucket.ts'
import type { DatasetState } from '../state.ts'
import { assertNotDeleting, type FoundDataset, findDataset, getDataset, saveDataset } from '../store.ts'
import { checkRowsJob } from './check-rows-job.ts'
import { isRunning, removeImport } from './end-import.ts'
import { fetchPartsJob } from './fetch-parts-job.ts'
import { abortUploads, fileKey, type ImportSubject, planRef } from './import-files.ts'
import { chunkCount, type ImportPlan, namedSources, type OpenedSource, planImport } from './import-plan.ts'
import { type ImportPreview, previewPlan } from './import-preview.ts'

/** The ports that this file uses. */
type Needs = Pick<
  Ports,
  'config' | 'objects' | 'uploads' | 'files' | 'messages' | 'bucket' | 'requestId' | 'now' | 'newId'
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
 * Starts an import of a dataset. If an import is running, resumes it: sends the chunks that have no receipt again.
 * Checks all preconditions before the first write.
 * @throws AppError `not-found`; `wrong-state` while an import is being cancelled or the dataset deleted; `bad-source`,
 *   `preflight-failed`, `upstream-failed`
 */
export async function startImport(dataset: string, ports: Needs): Promise<DatasetState> {
  const found = await getDataset(dataset, ports)
  assertNotDeleting(dataset, found.value)
  if (found.value.importing) return resumeImport(dataset, found.value, found.value.importing, ports)
  const plan = await planSources(found.value.registration.sources, ports)
  const subject: ImportSubject = { dataset, importId: ports.newId() }
  const claimed = await claim(dataset, found, subject, ports)
  if (!claimed) return startImport(dataset, ports)
  await beginImport(subject, plan, ports)
  return claimed
}

/** Makes this the running import. Of several concurrent calls, one succeeds. */
async function claim(dataset: string, found: FoundDataset, { importId }: ImportSubject, ports: Needs) {
  const { problem: _, ...rest } = found.value
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
  await startRound({ job: fetchPartsJob, subject, round: 1 }, [...Array(chunkCount(plan)).keys()], ports)
  await removeIfCancelled(subject, ports)
}

/** Removes the import if it was cancelled meanwhile: the cancellation may have ended before the last write of the start. */
async function removeIfCancelled(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects' | 'uploads'>,
): Promise<void> {
  const state = (await findDataset(subject.dataset, ports))?.value
  if (state && (isRunning(subject.importId, state) || state.current?.importId === subject.importId)) return
  await removeImport(subject, ports)
}

/** Plans the import again if it was interrupted before its plan was written; otherwise resumes its rounds. */
async function resumeImport(
  dataset: string,
  state: DatasetState,
  { importId, cancelled }: NonNullable<DatasetState['importing']>,
  ports: Needs,
): Promise<DatasetState> {
  if (cancelled) {
    const hint = `DELETE /v1/datasets/${dataset}/import resumes the cancellation`
    throw new AppError('wrong-state', `The import of "${dataset}" is being cancelled; ${hint}.`)
  }
  const subject: ImportSubject = { dataset, importId }
  const plan = await readState(planRef(subject, ports), ports)
  if (!plan) {
    await beginImport(subject, await planSources(state.registration.sources, ports), ports)
    return state
  }
  await startRound({ job: fetchPartsJob, subject, round: 1 }, [...Array(chunkCount(plan.value)).keys()], ports)
  await resumeRound({ job: checkRowsJob, subject, round: 1 }, ports)
  await removeIfCancelled(subject, ports)
  return state
}

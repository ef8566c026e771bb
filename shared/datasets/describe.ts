import type { DatasetView, Sources } from '../contracts/dataset.ts'
import { listReceipts } from '../platform/fan-out/receipts.ts'
import { hideQuery } from '../platform/outbound/outbound-url.ts'
import type { Ports } from '../platform/ports.ts'
import { CorruptStateError, readOrCorrupt } from '../platform/state/corrupt-state.ts'
import { readState } from '../platform/state/record.ts'
import { checkRowsJob } from './import/check-rows-job.ts'
import { fetchPartsJob } from './import/fetch-parts-job.ts'
import { type ImportSubject, planRef } from './import/import-files.ts'
import { listParts, plannedBytes } from './import/import-plan.ts'
import { plannedRowFiles, planSlices } from './import/slices.ts'
import type { DatasetState } from './state.ts'

/** Describes a dataset for responses. While an import is running, adds its progress, which takes two LISTs and a read; none
 * is known if its plan is corrupt. */
export async function describeDataset(
  dataset: string,
  state: DatasetState,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<DatasetView> {
  const { registration, current, importing, problem } = state
  const progress = importing && (await readProgress({ dataset, importId: importing.importId }, ports))
  return {
    dataset,
    ...registration,
    sources: hideQueries(registration.sources),
    state: toStateName(state),
    ...(current && {
      imageCount: current.imageCount,
      boxCount: current.boxCount,
      classCount: current.classCount,
      importedAt: current.importedAt,
      annotations: current.annotations,
      ...(current.index && { index: current.index }),
      ...(current.imageList && { imageList: current.imageList }),
    }),
    warnings: current?.warnings ?? [],
    ...(progress && { progress }),
    ...(problem && { problem }),
  }
}

const hideQueries = (sources: Sources): Sources => {
  const { boxableClassDescriptions, images, ...required } = sources
  return {
    annotations: hideQuery(required.annotations),
    classDescriptions: hideQuery(required.classDescriptions),
    hierarchy: hideQuery(required.hierarchy),
    ...(boxableClassDescriptions !== undefined && { boxableClassDescriptions: hideQuery(boxableClassDescriptions) }),
    ...(images !== undefined && { images: hideQuery(images) }),
  }
}

/** A deletion takes precedence over a running import, and that over a failed one. The previous import remains readable. */
function toStateName({ current, importing, problem, deleting }: DatasetState): DatasetView['state'] {
  if (deleting) return 'deleting'
  if (importing) return 'importing'
  if (problem) return 'failed'
  return current ? 'ready' : 'registered'
}

async function readProgress(
  subject: ImportSubject,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<DatasetView['progress']> {
  const found = await readOrCorrupt(readState(planRef(subject, ports), ports))
  // The import is about to fail; until then, how far it is cannot be known.
  if (found instanceof CorruptStateError) return undefined
  const plan = found?.value
  if (!plan) return { step: 'fetching', bytes: 0, totalBytes: 0 }
  const [parts, slices] = await Promise.all([
    listReceipts({ job: fetchPartsJob, subject, round: 1 }, ports),
    listReceipts({ job: checkRowsJob, subject, round: 1 }, ports),
  ])
  const totalBytes = plan.files.reduce((sum, { size }) => sum + (size ?? 0), 0)
  const planned = new Set(listParts(plan))
  const bytes = [...parts]
    .filter((chunk) => planned.has(chunk))
    .reduce((sum, chunk) => sum + plannedBytes(plan, chunk), 0)
  if (bytes < totalBytes || slices.size === 0) return { step: 'fetching', bytes, totalBytes }
  const sizes = planSlices(plannedRowFiles(plan)).map(({ from, to }) => to - from)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return { step: 'checking', bytes: sum([...slices].map((slice) => sizes[slice] ?? 0)), totalBytes: sum(sizes) }
}

import { type BatchState, toCriteria } from '../batches/record/state.ts'
import type { BatchRequest } from '../contracts/batch.ts'
import type { CurrentImport } from '../contracts/dataset.ts'
import { AppError, type ErrorCode } from '../contracts/errors.ts'
import type { Warning } from '../contracts/warning.ts'
import { readyDataset } from '../datasets/classes/class-files.ts'
import { distinguishNames, resolveClasses } from '../open-images/resolve-classes.ts'
import { checkSources } from '../platform/outbound/check-sources.ts'
import type { Ports } from '../platform/ports.ts'
import { checkWorkingBucket } from '../platform/storage/working-bucket.ts'
import { assertIndexUsable, needsWorker } from './box-files.ts'
import { computeRecipe } from './engine/recipe.ts'

/** The ports that this file uses. */
type Needs = Pick<Ports, 'config' | 'objects' | 'files' | 'bucket' | 'now' | 'newId'>

/** Error codes of `PUT /v1/batches/{batch}`: of its dataset, its classes, its name, and the labeling job of its run. */
export const BATCH_REFUSALS: readonly ErrorCode[] = [
  ...(['not-found', 'wrong-state', 'source-changed', 'bad-source', 'unknown-class', 'class-not-boxable'] as const),
  ...(['conflict', 'preflight-failed', 'quota-reached'] as const),
]

/** A batch that can be created. */
export interface PlannedBatch {
  readonly state: BatchState
  /** Whether a worker goes on with it after the call. */
  readonly background: boolean
}

/** Does all checks of a request that do not read the box file. @throws AppError with every issue */
export async function planBatch(request: BatchRequest, ports: Needs): Promise<PlannedBatch> {
  const checking = checkWorkingBucket(ports)
  const reading = readyDataset(request.dataset, ports)
  await Promise.allSettled([checking, reading])
  // A bucket that cannot be used is reported first: without it, no dataset can be read.
  await checking
  const { state: dataset, current, classes } = await reading
  const { registration } = dataset
  checkSources([{ at: `dataset ${request.dataset}: imageLocation`, uri: registration.imageLocation }], ports.config)
  if (request.strategy === 'index' && !current.index) throw noIndex(request.dataset, current)
  const resolved = resolveClasses(request.classNames, classes.list, classes.counts, request)
  const criteria: BatchState['criteria'] = {
    classes: distinguishNames(resolved.classes).map(({ className, classIds, imageCount }) => ({
      className,
      classIds: [...classIds],
      available: imageCount,
    })),
    examplesPerClass: request.examplesPerClass,
    batchOffset: request.batchOffset,
    allocation: request.allocation,
    excludeFlags: request.excludeFlags,
  }
  const datasetSkipImages = registration.skipImages
  const resolvedCriteria = toCriteria({ criteria, datasetSkipImages, request })
  const state: BatchState = {
    batchId: ports.newId(),
    request,
    recipe: computeRecipe(current.annotations.contentHash, resolvedCriteria),
    importId: current.importId,
    annotations: current.annotations,
    index: current.index,
    imageLocation: registration.imageLocation,
    criteria,
    datasetSkipImages,
    state: 'selecting',
    warnings: sharedClassWarnings(resolved.sharedClassIds),
    createdAt: ports.now().toISOString(),
  }
  await assertIndexUsable(state, ports)
  return { state, background: needsWorker(state) }
}

function noIndex(dataset: string, { annotations }: CurrentImport): AppError {
  const reason = annotations.groupedByImage
    ? 'an image has too many rows for an index, or the import predates indexes; import it again to find out'
    : 'its box file is not grouped by image'
  return new AppError(
    'wrong-state',
    `"${dataset}" has no index: ${reason}. Leave out "strategy" to have the box file scanned.`,
  )
}

const sharedClassWarnings = (shared: readonly string[]): Warning[] =>
  shared.length === 0
    ? []
    : [
        {
          code: 'shared-classes',
          message: `${shared.length} class ${shared.length === 1 ? 'id counts' : 'ids count'} for several requested classes (${shared.slice(0, 5).join(', ')}${shared.length > 5 ? ', …' : ''}); their images count for each.`,
        },
      ]

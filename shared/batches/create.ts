import { ReadBudgetSpent } from '../bytes/counted.ts'
import { readyDataset } from '../datasets/class-files.ts'
import { refuseDifferent } from '../differences.ts'
import { AppError } from '../errors.ts'
import { resolveClasses } from '../open-images/resolve-classes.ts'
import { checkSources } from '../outbound/check-sources.ts'
import type { Ports } from '../ports.ts'
import { expectedRequests, expectedScanBytes } from '../selection/estimate.ts'
import { recipeOf } from '../selection/recipe.ts'
import { createState, replaceState, type State } from '../state.ts'
import { checkWorkingBucket } from '../working-bucket.ts'
import { type BatchOutlook, type BatchRequest, type BatchState, criteriaOf, type Warning } from './batch.ts'
import { chooseImages, failBatch } from './choose-images.ts'
import type { SelectBatchMessage } from './messages.ts'
import { batchKey, findBatch } from './store.ts'

/** What fits into some seconds of one call: more is read by a worker. */
const MOST_BYTES_IN_CALL = 128 << 20
const MOST_IMAGES_IN_CALL = 2000

/** A batch that is planned, and the outlook on it. @throws AppError for everything that is wrong with the request */
async function planBatch(request: BatchRequest, ports: Ports): Promise<{ state: BatchState; outlook: BatchOutlook }> {
  await checkWorkingBucket(ports)
  const { state: dataset, current, classes } = await readyDataset(request.dataset, ports)
  const { registration } = dataset
  checkSources([{ at: `dataset ${request.dataset}: imageLocation`, uri: registration.imageLocation }], ports.config)
  const resolved = resolveClasses(request.classNames, classes.list, classes.counts, request)
  const criteria: BatchState['criteria'] = {
    classes: resolved.classes.map(({ className, classIds, imageCount }) => ({
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
  const asked = criteriaOf({ criteria, datasetSkipImages, request })
  const recipe = recipeOf(current.annotations.contentHash, asked)
  const available = criteria.classes.map((wanted) => wanted.available)
  const bytes = expectedScanBytes(current.annotations.bytes, asked, available)
  const warnings = sharedClassWarnings(resolved.sharedClassIds)
  const background =
    bytes > MOST_BYTES_IN_CALL || request.examplesPerClass * criteria.classes.length > MOST_IMAGES_IN_CALL
  return {
    state: {
      batchId: ports.newId(),
      request,
      recipe,
      importId: current.importId,
      annotations: current.annotations,
      imageLocation: registration.imageLocation,
      criteria,
      datasetSkipImages,
      state: 'selecting',
      warnings,
      createdAt: ports.now().toISOString(),
    },
    outlook: {
      recipe,
      classes: criteria.classes,
      warnings: [...warnings, ...expectedShortages(criteria)],
      cost: { strategy: 'scan', requests: expectedRequests(current.annotations, asked, available), bytes },
      background,
    },
  }
}

/** All checks of a batch, and what it would be. @throws AppError `conflict` when another has the name */
export async function outlookOfBatch(batch: string, request: BatchRequest, ports: Ports): Promise<BatchOutlook> {
  const found = await findBatch(batch, ports)
  if (found) refuseOther(batch, found.value, request)
  return (await planBatch(request, ports)).outlook
}

export interface CreatedBatch {
  readonly state: BatchState
  /** `created`: by this call; `standing`: it was there; in both, `state` says whether a worker goes on. */
  readonly outcome: 'created' | 'standing'
}

/**
 * Makes a batch: claims the name with one conditional write, then chooses the images, or has a worker do it where
 * there is much to read. The same request again answers with the batch as it stands, and goes on where it had died.
 * @throws AppError `conflict` when another request has the name
 */
export async function createBatch(batch: string, request: BatchRequest, ports: Ports): Promise<CreatedBatch> {
  const found = await findBatch(batch, ports)
  if (!found) {
    const { state, outlook } = await planBatch(request, ports)
    if (!(await createState(ports, batchKey(batch, ports), state))) return createBatch(batch, request, ports)
    return { state: await chooseNowOrLater(batch, state, outlook.background, ports), outcome: 'created' }
  }
  const { value: state } = found
  refuseOther(batch, state, request)
  if (state.state === 'selected') return { state, outcome: 'standing' }
  if (state.state === 'failed') return chooseAgain(batch, found, request, ports)
  return { state: await chooseNowOrLater(batch, state, true, ports), outcome: 'standing' }
}

/** Plans a batch anew whose images could not be chosen: what it read may have been imported again since. */
async function chooseAgain(
  batch: string,
  { value, etag }: State<BatchState>,
  request: BatchRequest,
  ports: Ports,
): Promise<CreatedBatch> {
  const { state, outlook } = await planBatch(request, ports)
  const again: BatchState = { ...state, createdAt: value.createdAt }
  if (!(await replaceState(ports, batchKey(batch, ports), etag, again))) return createBatch(batch, request, ports)
  return { state: await chooseNowOrLater(batch, again, outlook.background, ports), outcome: 'standing' }
}

async function chooseNowOrLater(batch: string, state: BatchState, later: boolean, ports: Ports): Promise<BatchState> {
  const { batchId } = state
  if (later) {
    const message: SelectBatchMessage = { task: 'select-batch', batch, batchId, requestId: ports.requestId }
    await ports.messages.send('tasks', [message])
    return state
  }
  try {
    return (await chooseImages(batch, batchId, ports, MOST_BYTES_IN_CALL)).value
  } catch (error) {
    // Flags and skipped images can make it far longer than was estimated.
    if (error instanceof ReadBudgetSpent) return chooseNowOrLater(batch, state, true, ports)
    await failBatch(batch, batchId, error, ports)
    throw error
  }
}

function refuseOther(batch: string, state: BatchState, request: BatchRequest): void {
  if (state.state === 'deleting')
    throw new AppError('wrong-state', `The batch "${batch}" is being deleted; wait until it is gone.`)
  const { run: _, ...standing } = state.request
  const { run: __, ...asked } = request
  refuseDifferent(standing, asked, `Another batch is called "${batch}"; delete it, or choose another name.`)
}

/** Classes whose images cannot fill the batch even if no filter and no other class takes one. Pure. */
const expectedShortages = ({ classes, examplesPerClass, batchOffset }: BatchState['criteria']): Warning[] =>
  classes
    .filter(({ available }) => available < examplesPerClass * (batchOffset + 1))
    .map(({ className, available }) => ({
      code: 'short-class',
      message: `"${className}": the dataset has ${available} images; batches 0 to ${batchOffset} take ${examplesPerClass * (batchOffset + 1)}.`,
    }))

const sharedClassWarnings = (shared: readonly string[]): Warning[] =>
  shared.length === 0
    ? []
    : [
        {
          code: 'shared-classes',
          message: `${shared.length} class ${shared.length === 1 ? 'id counts' : 'ids count'} for several of the classes asked for (${shared.slice(0, 5).join(', ')}${shared.length > 5 ? ', …' : ''}); their images count for each.`,
        },
      ]

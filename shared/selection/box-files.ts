import { type BatchState, toCriteria } from '../batches/record/state.ts'
import { type BoxIndex, openIndex } from '../box-index/open-index.ts'
import { UnusableIndexError } from '../box-index/unusable-index-error.ts'
import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { metered, type ReadCost } from '../platform/storage/metered.ts'
import { estimateScanBytes } from './engine/estimate.ts'

/** What one API call reads at most, which takes some seconds; a worker does what takes more. */
export const MAX_READ_IN_CALL: Readonly<ReadCost> = { requests: 4000, bytes: 128 << 20 }
export const MAX_IMAGES_IN_CALL = 2000
/** Candidates of the batch and of all before it: looking a million up takes about two seconds. */
export const MAX_CANDIDATES_IN_CALL = 2_000_000

/** Reads of the files that a batch is chosen from: what they cost so far, and what they may cost. */
export interface MeteredRead {
  readonly cost: ReadCost
  /** For all files together; without it, no limit. */
  readonly budget?: Readonly<ReadCost> | undefined
}

/** Returns how many images the dataset has of each class. Pure. */
export const availableImages = ({ criteria }: BatchState): number[] =>
  criteria.classes.map(({ available }) => available)

/** Whether a scan reads more than an API call should. Pure. */
export const isScanTooLarge = (state: BatchState): boolean =>
  estimateScanBytes(state.annotations.bytes, toCriteria(state), availableImages(state)) > MAX_READ_IN_CALL.bytes

/** Whether a worker is to choose the images, as far as it is known before the files are read. Pure. */
export function needsWorker(state: BatchState): boolean {
  const { criteria, index, request } = state
  const { examplesPerClass, batchOffset, classes } = criteria
  const isScan = !index || request.strategy === 'scan'
  const dealt = examplesPerClass * (batchOffset + 1)
  const candidates = availableImages(state).reduce((sum, images) => sum + Math.min(images, dealt), 0)
  return (
    examplesPerClass * classes.length > MAX_IMAGES_IN_CALL ||
    candidates > MAX_CANDIDATES_IN_CALL ||
    (isScan && isScanTooLarge(state))
  )
}

/** Opens the box file that a batch is chosen from. @throws AppError `source-changed`, `bad-source` */
export async function openBoxFile(
  { annotations }: BatchState,
  reading: MeteredRead,
  ports: Pick<Ports, 'files'>,
): Promise<ByteSource> {
  const source = await openMetered(annotations, reading, ports)
  if (source.size === annotations.bytes) return source
  const sizes = `it has ${source.size} bytes instead of ${annotations.bytes}`
  throw new AppError('source-changed', `${annotations.uri} was replaced: ${sizes}.`)
}

async function openMetered(
  { uri, etag }: { readonly uri: string; readonly etag: string },
  { cost, budget }: MeteredRead,
  { files }: Pick<Ports, 'files'>,
): Promise<ByteSource> {
  cost.requests += 1
  const { ranges } = await files.open(uri, etag)
  if (!ranges) throw new AppError('upstream-failed', `${uri} does not support range reads.`)
  return metered(ranges, cost, budget)
}

/**
 * Runs `use` with the dataset's index, or without one when there is none, it cannot be used, or the request asks for a
 * scan.
 * @param use gets the index, or the error that says why there is one that cannot be used; it may throw that error too
 * @throws AppError `bad-source` when the request asks for the index and it cannot be used
 */
export async function withIndexOrScan<Result>(
  state: BatchState,
  reading: MeteredRead,
  ports: Pick<Ports, 'files'>,
  use: (index: BoxIndex | undefined, unusable?: UnusableIndexError) => Promise<Result>,
): Promise<Result> {
  const { annotations, index, request } = state
  try {
    if (!index || request.strategy === 'scan') return await use(undefined)
    return await use(await openIndex(() => openMetered(index, reading, ports), annotations))
  } catch (error) {
    if (!(error instanceof UnusableIndexError)) throw error
    if (request.strategy === 'index') throw toRefusal(request.dataset, error)
    return use(undefined, error)
  }
}

/** Checks the head of the index if the request asks for it. @throws AppError `bad-source` when it cannot be used */
export const assertIndexUsable = async (state: BatchState, ports: Pick<Ports, 'files'>): Promise<void> => {
  if (state.request.strategy !== 'index') return
  await withIndexOrScan(state, { cost: { requests: 0, bytes: 0 } }, ports, async () => undefined)
}

const toRefusal = (dataset: string, { message }: UnusableIndexError): AppError =>
  new AppError(
    'bad-source',
    `The index of "${dataset}" cannot be used: ${message}. Import the dataset again, or leave out "strategy".`,
  )

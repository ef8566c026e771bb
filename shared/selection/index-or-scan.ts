import type { BatchState } from '../batches/record/state.ts'
import { UnusableIndexError } from '../box-index/index-unusable.ts'
import { type BoxIndex, openIndex } from '../box-index/open-index.ts'
import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { metered, type ReadCost } from '../platform/storage/metered.ts'

/** What is read of the files that a batch is chosen from. */
export interface MeteredRead {
  readonly cost: ReadCost
  /** What may be read of all files together. */
  readonly budget?: Readonly<ReadCost> | undefined
}

/** The box file that a batch is chosen from. @throws AppError `source-changed`, `bad-source` */
export async function openBoxFile(
  { annotations }: BatchState,
  reading: MeteredRead,
  ports: Ports,
): Promise<ByteSource> {
  const source = await openCounted(annotations, reading, ports)
  if (source.size === annotations.bytes) return source
  const sizes = `it has ${source.size} bytes where it had ${annotations.bytes}`
  throw new AppError('source-changed', `${annotations.uri} was replaced: ${sizes}.`)
}

async function openCounted(
  { uri, etag }: { readonly uri: string; readonly etag: string },
  { cost, budget: most }: MeteredRead,
  ports: Ports,
): Promise<ByteSource> {
  cost.requests += 1
  const { ranges } = await ports.files.open(uri, etag)
  if (!ranges) throw new AppError('upstream-failed', `${uri} cannot be read by ranges.`)
  return metered(ranges, cost, most)
}

/**
 * Does it by index; without where there is none that can be used, or the request wants a scan.
 * @param use is given the index, or why there is one that cannot be used; it may throw IndexUnusable as well
 * @throws AppError `bad-source` when the request wants an index and it cannot be used
 */
export async function withIndexOrScan<Result>(
  state: BatchState,
  reading: MeteredRead,
  ports: Ports,
  use: (index: BoxIndex | undefined, unusable?: UnusableIndexError) => Promise<Result>,
): Promise<Result> {
  const { annotations, index, request } = state
  try {
    if (!index || request.strategy === 'scan') return await use(undefined)
    return await use(await openIndex(() => openCounted(index, reading, ports), annotations))
  } catch (error) {
    if (!(error instanceof UnusableIndexError)) throw error
    if (request.strategy === 'index') throw refusal(request.dataset, error)
    return use(undefined, error)
  }
}

/** @throws AppError `bad-source` when the request wants an index that is not one of its box file, by its head */
export const assertIndexUsable = async (state: BatchState, ports: Ports): Promise<void> => {
  if (state.request.strategy !== 'index') return
  await withIndexOrScan(state, { cost: { requests: 0, bytes: 0 } }, ports, async () => undefined)
}

const refusal = (dataset: string, { message }: UnusableIndexError): AppError =>
  new AppError(
    'bad-source',
    `The index of "${dataset}" cannot be used: ${message}. Import the dataset again, or leave "strategy" out.`,
  )

import type { BatchState } from '../batches/record/state.ts'
import { IndexUnusable } from '../box-index/index-unusable.ts'
import { type BoxIndex, openIndex } from '../box-index/open-index.ts'
import { AppError } from '../contracts/errors.ts'
import type { Ports } from '../platform/ports.ts'
import type { ByteSource } from '../platform/storage/byte-source.ts'
import { counted, type ReadCost } from '../platform/storage/metered.ts'

/** What is read of the files that a batch is chosen from. */
export interface Reading {
  readonly cost: ReadCost
  /** What may be read of all files together. */
  readonly most?: Readonly<ReadCost> | undefined
}

/** The box file that a batch is chosen from. @throws AppError `source-changed`, `bad-source` */
export async function openBoxFile({ annotations }: BatchState, reading: Reading, ports: Ports): Promise<ByteSource> {
  const source = await openCounted(annotations, reading, ports)
  if (source.size === annotations.bytes) return source
  const sizes = `it has ${source.size} bytes where it had ${annotations.bytes}`
  throw new AppError('source-changed', `${annotations.uri} was replaced: ${sizes}.`)
}

async function openCounted(
  { uri, etag }: { readonly uri: string; readonly etag: string },
  { cost, most }: Reading,
  ports: Ports,
): Promise<ByteSource> {
  cost.requests += 1
  const { ranges } = await ports.files.open(uri, etag)
  if (!ranges) throw new AppError('upstream-failed', `${uri} cannot be read by ranges.`)
  return counted(ranges, cost, most)
}

/**
 * Does it by index; without where there is none that can be used, or the request wants a scan.
 * @param use is given the index, or why there is one that cannot be used; it may throw IndexUnusable as well
 * @throws AppError `bad-source` when the request wants an index and it cannot be used
 */
export async function byIndexOrScan<Result>(
  state: BatchState,
  reading: Reading,
  ports: Ports,
  use: (index: BoxIndex | undefined, unusable?: IndexUnusable) => Promise<Result>,
): Promise<Result> {
  const { annotations, index, request } = state
  try {
    if (!index || request.strategy === 'scan') return await use(undefined)
    return await use(await openIndex(() => openCounted(index, reading, ports), annotations))
  } catch (error) {
    if (!(error instanceof IndexUnusable)) throw error
    if (request.strategy === 'index') throw refusal(request.dataset, error)
    return use(undefined, error)
  }
}

/** @throws AppError `bad-source` when the request wants an index that is not one of its box file, by its head */
export const checkWantedIndex = async (state: BatchState, ports: Ports): Promise<void> => {
  if (state.request.strategy !== 'index') return
  await byIndexOrScan(state, { cost: { requests: 0, bytes: 0 } }, ports, async () => undefined)
}

const refusal = (dataset: string, { message }: IndexUnusable): AppError =>
  new AppError(
    'bad-source',
    `The index of "${dataset}" cannot be used: ${message}. Import the dataset again, or leave "strategy" out.`,
  )

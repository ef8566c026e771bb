import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { updateState } from '../../platform/state/update-state.ts'
import { BatchState, type SelectionResult } from './state.ts'

type Configured = Pick<Ports, 'config'>

/** Where all of a batch is kept; ends in a slash. */
export const batchFolder = (batch: string, { config }: Configured): string => `${config.dataPrefix}${batch}/`
export const batchKey = (batch: string, ports: Configured): string => `${batchFolder(batch, ports)}batch.json`
export const imagesKey = (batch: string, ports: Configured): string => `${batchFolder(batch, ports)}images.jsonl`
export const manifestKey = (batch: string, ports: Configured): string =>
  `${batchFolder(batch, ports)}manifests/input.manifest`

/** Where a batch's copies are kept; ends in a slash. */
export const imagesFolder = (batch: string, ports: Configured): string => `${batchFolder(batch, ports)}images/`

/** The copy's key of an image. */
export const imageKey = (batch: string, imageId: string, ports: Configured): string =>
  `${imagesFolder(batch, ports)}${imageId}.jpg`

export const toS3Uri = (key: string, { config }: Configured): string => `s3://${config.bucket}/${key}`

export const findBatch = (batch: string, ports: Ports): Promise<State<BatchState> | undefined> =>
  readState(ports.objects, batchKey(batch, ports), BatchState)

/** @throws AppError `not-found`, naming the call that makes it */
export async function getBatch(batch: string, ports: Ports): Promise<State<BatchState>> {
  const found = await findBatch(batch, ports)
  if (found) return found
  throw new AppError('not-found', `There is no batch "${batch}"; PUT /v1/batches/${batch} makes it.`)
}

/** A batch whose images are chosen. */
export type SelectedBatch = BatchState & { readonly selection: SelectionResult }

/** Returns the batch as selected. @throws AppError `wrong-state` while its images are not chosen, or when they could not be */
export function assertSelected(batch: string, state: BatchState): SelectedBatch {
  const { selection } = state
  if (selection && state.state === 'selected') return { ...state, selection }
  throw new AppError(
    'wrong-state',
    `The batch "${batch}" is ${state.state}; its images must be chosen first. Repeating its PUT goes on where it had stopped.`,
  )
}

/** Reads a batch whose images are chosen. @throws AppError `not-found`; `wrong-state` as {@link assertSelected} */
export const getSelectedBatch = async (batch: string, ports: Ports): Promise<SelectedBatch> =>
  assertSelected(batch, (await getBatch(batch, ports)).value)

/**
 * Replaces a batch's state by compare-and-swap; see {@link updateState}.
 * @returns the state as it is now; `undefined` when there is no such batch
 */
export const updateBatch = (
  batch: string,
  change: (state: BatchState) => BatchState | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
): Promise<BatchState | undefined> => updateState({ key: batchKey(batch, ports), schema: BatchState }, change, ports)

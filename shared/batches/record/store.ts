import { AppError } from '../../contracts/errors.ts'
import type { Ports } from '../../platform/ports.ts'
import { backoff } from '../../platform/state/backoff.ts'
import { readState, replaceState, type State } from '../../platform/state/record.ts'
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

/** @throws AppError `not-found`; `wrong-state` while, or because, the images are not chosen */
export async function getSelectedBatch(batch: string, ports: Ports): Promise<SelectedBatch> {
  const { value } = await getBatch(batch, ports)
  const { selection, state } = value
  if (selection && state === 'selected') return { ...value, selection }
  throw new AppError(
    'wrong-state',
    `The batch "${batch}" is ${state}; its images must be chosen first. Repeating its PUT goes on where it had stopped.`,
  )
}

/**
 * Reads, decides and writes until nobody else was between.
 * @param change gives the new state, or undefined to leave it
 * @returns the state as it now stands; undefined when there is no such batch
 */
export async function updateBatch(
  batch: string,
  change: (state: BatchState) => BatchState | undefined,
  ports: Ports,
): Promise<BatchState | undefined> {
  for (let attempt = 1; ; attempt++) {
    const found = await findBatch(batch, ports)
    if (!found) return undefined
    const next = change(found.value)
    if (!next) return found.value
    if (await replaceState(ports, batchKey(batch, ports), found.etag, next)) return next
    await backoff(attempt)
  }
}

import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { readState, type State } from '../state.ts'
import { BatchState } from './batch.ts'

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

export const uriOf = (key: string, { config }: Configured): string => `s3://${config.bucket}/${key}`

export const findBatch = (batch: string, ports: Ports): Promise<State<BatchState> | undefined> =>
  readState(ports.objects, batchKey(batch, ports), BatchState)

/** @throws AppError `not-found`, naming the call that makes it */
export async function getBatch(batch: string, ports: Ports): Promise<State<BatchState>> {
  const found = await findBatch(batch, ports)
  if (found) return found
  throw new AppError('not-found', `There is no batch "${batch}"; PUT /v1/batches/${batch} makes it.`)
}

/** A batch whose images are chosen. @throws AppError `not-found`; `wrong-state` while, or because, they are not */
export async function getSelected(
  batch: string,
  ports: Ports,
): Promise<BatchState & { readonly selection: NonNullable<BatchState['selection']> }> {
  const { value } = await getBatch(batch, ports)
  const { selection, state } = value
  if (selection && state === 'selected') return { ...value, selection }
  throw new AppError(
    'wrong-state',
    `The batch "${batch}" is ${state}; its images must be chosen first. Repeating its PUT goes on where it had stopped.`,
  )
}

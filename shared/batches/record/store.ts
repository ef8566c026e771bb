import { AppError } from '../../contracts/errors.ts'
import type { RunStep } from '../../contracts/run.ts'
import type { StoredProblem } from '../../contracts/stored-problem.ts'
import type { Ports } from '../../platform/ports.ts'
import { updateState } from '../../platform/state/compare-and-swap.ts'
import { type PendingEvent, publishPending } from '../../platform/state/outbox.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { BATCH, type BatchState, type SelectionResult } from './state.ts'

type Configured = Pick<Ports, 'config'>

/** Key prefix of all that belongs to a batch; ends in a slash. */
export const batchFolder = (batch: string, { config }: Configured): string => `${config.dataPrefix}${batch}/`
export const batchKey = (batch: string, ports: Configured): string => batchRef(batch, ports).key
export const batchRef = (batch: string, ports: Configured) => ({
  key: `${batchFolder(batch, ports)}batch.json`,
  type: BATCH,
  subject: { batch },
})
export const manifestKey = (batch: string, ports: Configured): string =>
  `${batchFolder(batch, ports)}manifests/input.manifest`

/** Key prefix of a batch's copies; ends in a slash. */
export const imagesFolder = (batch: string, ports: Configured): string => `${batchFolder(batch, ports)}images/`

export const findBatch = (
  batch: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<State<BatchState> | undefined> => readState(batchRef(batch, ports), ports)

/** Reads a batch. @throws AppError `not-found` */
export async function getBatch(batch: string, ports: Pick<Ports, 'config' | 'objects'>): Promise<State<BatchState>> {
  const found = await findBatch(batch, ports)
  if (found) return found
  throw noBatch(batch)
}

/** The error for a batch that does not exist. */
export const noBatch = (batch: string): AppError =>
  new AppError('not-found', `There is no batch "${batch}". Create it with PUT /v1/batches/${batch}.`)

/** A batch whose images are chosen. */
export type SelectedBatch = BatchState & { readonly selection: SelectionResult }

/** Returns the batch as selected. @throws AppError `wrong-state` when its images are not chosen. Pure. */
export function assertSelected(batch: string, state: BatchState): SelectedBatch {
  const { selection } = state
  if (selection && state.state === 'selected') return { ...state, selection }
  throw new AppError(
    'wrong-state',
    `The batch "${batch}" is ${state.state}; its images must be chosen first. Repeat PUT /v1/batches/${batch} to resume.`,
  )
}

/** Reads a batch whose images are chosen. @throws AppError `not-found`; `wrong-state` as {@link assertSelected} */
export const getSelectedBatch = async (
  batch: string,
  ports: Pick<Ports, 'config' | 'objects'>,
): Promise<SelectedBatch> => assertSelected(batch, (await getBatch(batch, ports)).value)

/**
 * Replaces a batch's state by compare-and-swap; see {@link updateState}.
 * @param known the state as this call read or wrote it before
 * @returns the state as it is now; `undefined` when there is no such batch
 */
export const updateBatch = (
  batch: string,
  change: (state: BatchState) => BatchState | undefined,
  ports: Pick<Ports, 'config' | 'objects' | 'newId'>,
  known?: State<BatchState>,
): Promise<State<BatchState> | undefined> => updateState({ ...batchRef(batch, ports), known }, change, ports)

/**
 * Publishes the pending events of a batch; see {@link publishPending}.
 * @param found the batch as it was read or written
 * @returns the batch as it is afterwards
 */
export const publishBatchEvents = (
  batch: string,
  found: State<BatchState>,
  ports: Pick<Ports, 'config' | 'objects' | 'newId' | 'messages' | 'metrics' | 'requestId'>,
): Promise<BatchState> =>
  publishPending(
    batchKey(batch, ports),
    found.value,
    async (change) => (await updateBatch(batch, change, ports, found))?.value,
    ports,
  )

/** Returns the event that a batch did not get as far as its request asked for. Pure. */
export const batchFailedEvent = (
  batch: string,
  batchId: string,
  { step, dedupKey, at, problem }: { step: RunStep; dedupKey: string; at: string; problem: StoredProblem },
): PendingEvent => ({ type: 'batch.failed', dedupKey, timestamp: at, data: { batch, batchId, step, problem } })

/** The batch was changed, deleted or recreated while this writer worked on it: its result is of no use. */
export class SupersededError extends Error {}

/**
 * Passes on the lines of an object that is being stored, then checks that the batch is still the one that they were made
 * for. A stored object appears when its stream has ended, so this is the last moment before it does.
 * @param onFound gets the batch as it was read then
 * @throws SupersededError when the batch is gone or `isCurrent` says no
 */
export async function* guardVersion(
  lines: AsyncIterable<Uint8Array>,
  batch: string,
  isCurrent: (found: State<BatchState>) => boolean,
  ports: Pick<Ports, 'config' | 'objects'>,
  onFound: (found: State<BatchState>) => void = () => {},
): AsyncGenerator<Uint8Array> {
  yield* lines
  const found = await findBatch(batch, ports)
  if (!found || !isCurrent(found)) throw new SupersededError()
  onFound(found)
}

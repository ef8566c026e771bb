import type { Ports } from '../../platform/ports.ts'
import type { State } from '../../platform/state/record.ts'
import type { BatchState } from './state.ts'
import { findBatch } from './store.ts'

/** The batch is no longer as it was when this work on it began: what it makes is of no use. */
export class SupersededError extends Error {}

/**
 * The same lines, for what is stored as one object. Asks behind the last line whether the batch still is as wanted:
 * what is stored appears once its stream has ended well, so this is the last moment before it does.
 * @throws Overtaken when it is not
 */
export async function* guardVersion(
  lines: AsyncIterable<Uint8Array>,
  batch: string,
  isSame: (found: State<BatchState>) => boolean,
  ports: Ports,
): AsyncGenerator<Uint8Array> {
  yield* lines
  const found = await findBatch(batch, ports)
  if (!found || !isSame(found)) throw new SupersededError()
}

import { createHash } from 'node:crypto'
import { mayHaveRoom, type ShardHint } from './open-shards.ts'

/** Workers are spread over so many shards at a time, so that the first lines of a job are finished first. */
const OPEN_SHARDS = 16
/** Where answers are compared, workers should meet: the sooner it is known how good each of them is. */
const OPEN_SHARDS_TO_COMPARE = 4

/**
 * Returns the shard to try next for a worker: of the first ones that may have something, the one that rendezvous hashing
 * prefers, so that a worker stays with the same shards and workers are spread evenly. Undefined when none is left. Pure.
 * @param except shards that have nothing for this worker
 * @param isCompared whether answers are compared while the job runs
 */
export function chooseShard(
  shards: number,
  worker: string,
  hint: Pick<ShardHint, 'full'>,
  except: ReadonlySet<number>,
  isCompared: boolean,
  now: Date,
): number | undefined {
  const most = isCompared ? OPEN_SHARDS_TO_COMPARE : OPEN_SHARDS
  let best: { readonly shard: number; readonly weight: string } | undefined
  let open = 0
  for (let shard = 0; shard < shards && open < most; shard++) {
    if (except.has(shard) || !mayHaveRoom(hint, shard, now)) continue
    open += 1
    const weight = createHash('sha256').update(`${worker}\n${shard}`).digest('hex')
    if (!best || weight > best.weight) best = { shard, weight }
  }
  return best?.shard
}

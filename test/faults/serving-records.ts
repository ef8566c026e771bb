import type { Purpose } from '../../shared/contracts/labeling-answer.ts'
import { countedFor, type Shard, shardRef } from '../../shared/labeling/engine/shard.ts'
import { countShards, type Work, workRef } from '../../shared/labeling/engine/work.ts'
import { CorruptStateError } from '../../shared/platform/state/corrupt-state.ts'
import type { RecordRef } from '../../shared/platform/state/record.ts'
import { decodeRecord } from '../../shared/platform/state/record-type.ts'
import { JOB } from '../support/fixtures/open-work.ts'
import { ROOT } from '../support/world/bucket-contents.ts'
import type { World } from '../support/world/world.ts'

export const MANIFEST = `data/b/${JOB}/manifests/output/output.manifest`
export const RESPONSES = `data/b/${JOB}/annotations/worker-response/iteration-1/`

/** Reads a record as the product does. */
export function recordAt<Value>(world: World, { key, type }: RecordRef<Value>): Value | undefined {
  const object = world.stored.get(ROOT + key)
  return object && decodeRecord({ key, type }, object)
}

export function workAt(world: World): Work {
  const work = recordAt(world, workRef(JOB))
  if (!work) throw new CorruptStateError(workRef(JOB).key, undefined, 'it does not exist')
  return work
}

export const shardsAt = (world: World, work: Work): Shard[] =>
  Array.from({ length: countShards(work) }, (_, number) => {
    const shard = recordAt(world, shardRef(work, number))
    if (!shard) throw new CorruptStateError(shardRef(work, number).key, undefined, 'it does not exist')
    return shard
  })

/** Returns the numbers of the lines that workers are asked for. */
export const askedLines = ({ firstLine, lines, skipped }: Shard): number[] =>
  Array.from({ length: lines }, (_, index) => firstLine + index).filter((line) => !skipped.includes(line))

/** Returns what counts for a line, without those who declined. */
export const opinionsOn = (shard: Shard, line: number, purpose?: Purpose) =>
  countedFor(shard, line, purpose).filter(({ noLabel }) => noLabel !== 'declined')

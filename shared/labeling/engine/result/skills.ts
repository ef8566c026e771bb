import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError, readOrCorrupt, skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { encodeRecord, recordType } from '../../../platform/state/record-type.ts'
import { storedObject } from '../../../platform/state/stored-schema.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import type { Skills } from '../consolidation/settings.ts'
import { toSkills } from '../consolidation/skills.ts'
import { skillsKey } from '../folders.ts'
import { collectOnce } from '../opinions/collect-shard.ts'
import { isCollected } from '../opinions/is-collected.ts'
import { readClosedShard } from '../shard.ts'
import type { Work } from '../work.ts'
import { addScoresByWorker, ScoresByWorker } from '../worker-scores.ts'
import { orRebuild } from './or-rebuild.ts'
import { shardNumbers } from './result-subject.ts'

/** `…/skills.json`: how well each worker agrees with the others in the whole job. */
export const SKILLS = recordType('the skills of workers', storedObject({ scores: ScoresByWorker }))

/** Shards whose scores are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/** Adds up how well each worker agrees with the others, once all shards are closed: a read for each of them. */
export async function writeSkills(work: Work, ports: Ports): Promise<void> {
  if (isCollected(work)) await storeScores(work, await sumScores(work, ports), ports)
}

const storeScores = (work: Work, scores: ScoresByWorker, ports: Ports): Promise<unknown> =>
  writeFile(skillsKey(work), encodeRecord(SKILLS, { scores }, ports.newId()), ports)

/** Returns what the opinion of each worker counts. Where it is not stored, it is added up again. */
export async function readSkills(work: Work, ports: Ports): Promise<Skills> {
  if (!isCollected(work)) return new Map()
  return toSkillsByWorker((await readScoresOfJob(work, ports)) ?? (await sumScores(work, ports)))
}

/** The same; what is added up again is stored, so that the next one need not do it: an older version stored none. */
export async function restoreSkills(work: Work, ports: Ports): Promise<Skills> {
  if (!isCollected(work)) return new Map()
  const stored = await readScoresOfJob(work, ports)
  if (stored) return toSkillsByWorker(stored)
  const scores = await sumScores(work, ports)
  await storeScores(work, scores, ports)
  return toSkillsByWorker(scores)
}

const toSkillsByWorker = (scores: ScoresByWorker): Skills => toSkills(new Map(Object.entries(scores)))

/** Returns undefined for scores that are not stored, or damaged, which is logged. */
async function readScoresOfJob(work: Work, ports: Pick<Ports, 'objects' | 'log'>): Promise<ScoresByWorker | undefined> {
  return (await skipCorrupt(readState({ key: skillsKey(work), type: SKILLS }, ports), ports))?.value.scores
}

async function sumScores(work: Work, ports: Ports): Promise<ScoresByWorker> {
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const known = await limit.map(shardNumbers(work), (shard) => readScores(work, shard, ports))
  const scores: ScoresByWorker[] = []
  // A shard that was not collected has an older version closed, or was made again: one after the other, as each holds much.
  for (const [shard, found] of known.entries()) scores.push(found ?? (await collectScores(work, shard, ports)))
  return addScoresByWorker(scores)
}

/** Returns undefined for a shard that cannot be read, or was not collected. */
async function readScores(work: Work, shard: number, ports: Ports): Promise<ScoresByWorker | undefined> {
  const found = await readOrCorrupt(readClosedShard(work, shard, ports))
  return found instanceof CorruptStateError ? undefined : found.value.scores
}

/** Collects the opinions in a shard, and returns its scores. Of one that is lost for good, there are none. */
async function collectScores(work: Work, shard: number, ports: Ports): Promise<ScoresByWorker> {
  const collect = async () => await collectOnce(work, await readClosedShard(work, shard, ports), ports)
  const scores = await readOrCorrupt(orRebuild(work, shard, collect, ports))
  return scores instanceof CorruptStateError ? {} : scores
}

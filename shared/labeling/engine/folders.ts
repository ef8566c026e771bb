import { PURPOSES, type Purpose } from '../../contracts/labeling-answer.ts'

/**
 * Where the engine's objects are: `system/labeling-work/<lower-case job>/`, which the role of SageMaker's jobs cannot read.
 * What matters is in a folder of its own for each attempt to create the work, so that a superseded creator changes
 * nothing that others use. The hints are not, so that they can be read at the same time as the record of the work.
 *
 * ```
 * work.json                                            what is to be labeled, and how it ended
 * open.json                                            hint: which shards have no task to give
 * places/<worker>.json                                 hint: the shard that a worker is in
 * <workId>/tasks.jsonl                                 a line for each line of the input manifest: what a worker sees
 * <workId>/practice.json                               images to practice with, and what is on them
 * <workId>/practice/<worker>/<line>.json               an answer to one of them, never changed and never counted
 * <workId>/shards/<shard>.json                         100 lines: who works on which, and which answers count
 * <workId>/answers/<shard>/<block>/<line>.<worker>[.<purpose>][.<revision>].json    an answer, never changed
 * <workId>/ends/<shard>.json                           the shard is closed
 * <workId>/progress.json                               counts of the shards, for the owner
 * <workId>/opinions/<shard>.jsonl                      what all workers say about each line, read from the answers
 * <workId>/labels/<shard>.jsonl                        lines of the output manifest
 * <workId>/skills.json                                 what the opinion of each worker counts
 * <workId>/rounds/…                                    the round that writes the result
 * <workId>/consolidations/<name>.json                  labels that are made again, with other settings
 * <workId>/consolidations/<name>/<id>/labels/<shard>.jsonl    lines of their output manifest
 * <workId>/consolidations/<name>/<id>/rounds/…         the round that makes them
 * ```
 */
export interface WorkId {
  readonly job: string
  readonly workId: string
}

export const WORK_FOLDER = 'system/labeling-work/'

/** All of a job's objects. Pure. */
export const jobWorkFolder = (job: string): string => `${WORK_FOLDER}${job.toLowerCase()}/`

/** The objects of one work; ends in a slash. Pure. */
export const workFolder = ({ job, workId }: WorkId): string => `${jobWorkFolder(job)}${workId}/`

/** Four digits, so that keys sort by number. Pure. */
const digits = (shard: number): string => String(shard).padStart(4, '0')

export const tasksKey = (work: WorkId): string => `${workFolder(work)}tasks.jsonl`
export const practiceKey = (work: WorkId): string => `${workFolder(work)}practice.json`
/** The answers of a worker to practice images. */
export const practiceFolder = (work: WorkId, worker: string): string => `${workFolder(work)}practice/${worker}/`
export const shardsFolder = (work: WorkId): string => `${workFolder(work)}shards/`
export const shardKey = (work: WorkId, shard: number): string => `${shardsFolder(work)}${digits(shard)}.json`
export const endsFolder = (work: WorkId): string => `${workFolder(work)}ends/`
export const endKey = (work: WorkId, shard: number): string => `${endsFolder(work)}${digits(shard)}.json`
export const openKey = (job: string): string => `${jobWorkFolder(job)}open.json`
export const placesFolder = (job: string): string => `${jobWorkFolder(job)}places/`
export const placeKey = (job: string, worker: string): string => `${placesFolder(job)}${worker}.json`
export const progressKey = (work: WorkId): string => `${workFolder(work)}progress.json`
export const labelsKey = (work: WorkId, shard: number): string => `${workFolder(work)}labels/${digits(shard)}.jsonl`
export const opinionsKey = (work: WorkId, shard: number): string => `${workFolder(work)}opinions/${digits(shard)}.jsonl`
export const skillsKey = (work: WorkId): string => `${workFolder(work)}skills.json`
/** Key prefix of the rounds that write the result, without a slash at its end. Pure. */
export const roundsKey = (work: WorkId): string => `${workFolder(work)}rounds`

/** What is made again with other settings, as keys name it. Names are compared without case. */
export interface ConsolidationId {
  readonly name: string
  readonly id: string
}

export const consolidationsFolder = (work: WorkId): string => `${workFolder(work)}consolidations/`
export const consolidationKey = (work: WorkId, name: string): string =>
  `${consolidationsFolder(work)}${name.toLowerCase()}.json`
const againFolder = (work: WorkId, { name, id }: ConsolidationId): string =>
  `${consolidationsFolder(work)}${name.toLowerCase()}/${id}/`
export const againLabelsKey = (work: WorkId, consolidation: ConsolidationId, shard: number): string =>
  `${againFolder(work, consolidation)}labels/${digits(shard)}.jsonl`
/** Key prefix of the rounds of a consolidation, without a slash at its end. Pure. */
export const againRoundsKey = (work: WorkId, consolidation: ConsolidationId): string =>
  `${againFolder(work, consolidation)}rounds`

/** The answers of a block. @param block of the shard, from 0 */
export const answersFolder = (work: WorkId, shard: number, block: number): string =>
  `${shardAnswersFolder(work, shard)}${block}/`

/** The answers of all blocks of a shard. */
export const shardAnswersFolder = (work: WorkId, shard: number): string =>
  `${workFolder(work)}answers/${digits(shard)}/`

/** An answer as its key names it. */
export interface AnswerName {
  readonly line: number
  /** The worker's pseudonym. */
  readonly worker: string
  /** From 1: how often the worker has answered the task. */
  readonly revision: number
  /** Undefined for an opinion. Whoever has labeled a line may review it, too. */
  readonly purpose?: Purpose | undefined
}

export const answerFile = ({ line, worker, revision, purpose }: AnswerName): string =>
  [line, worker, ...(purpose ? [purpose] : []), ...(revision === 1 ? [] : [revision]), 'json'].join('.')

/** Returns the answer that a file in the folder of a block is; undefined for any other file. Pure. */
export function parseAnswerFile(file: string): AnswerName | undefined {
  const [, line, worker, purposeText, revision = '1'] =
    /^([1-9]\d{0,5})\.([a-z0-9]{16})(?:\.([a-z]+))?(?:\.([2-9]|[1-9]\d))?\.json$/.exec(file) ?? []
  const purpose = PURPOSES.find((one) => one === purposeText)
  if (line === undefined || worker === undefined || purpose !== purposeText) return undefined
  return { line: Number(line), worker, revision: Number(revision), ...(purpose && { purpose }) }
}

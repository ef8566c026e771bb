import * as z from 'zod'
import { MODES } from '../../contracts/built-in-functions.ts'
import { FINAL_STATUSES } from '../../contracts/labeler.ts'
import { REVIEWS } from '../../contracts/labeling-job-request.ts'
import type { Ports } from '../../platform/ports.ts'
import { readState, type State } from '../../platform/state/record.ts'
import { recordType } from '../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../platform/state/stored-schema.ts'
import { jobWorkFolder } from './folders.ts'

/** Lines of a shard, and so the answers that one object keeps track of. 1,000 shards hold the largest job. */
export const SHARD_LINES = 100
/** Lines of a block: what a worker gets at a time. */
export const BLOCK_LINES = 10

/** How many objects of the job have which outcome. */
const WorkCounters = storedObject({ labeled: z.int(), failed: z.int(), unlabeled: z.int() })

/** How the work ended. */
const WorkEnd = storedObject({
  status: storedEnum(FINAL_STATUSES),
  at: z.string(),
  failureReason: z.string().optional(),
  counters: WorkCounters,
  /** Labeled objects on which workers differ, and nobody has decided. Absent where one worker labels each, and nobody checks. */
  disputed: z.int().optional(),
  /** Absent where no output manifest was written. */
  outputManifestUri: z.string().optional(),
})
export type WorkEnd = z.infer<typeof WorkEnd>

/** `system/labeling-work/<lower-case job>/work.json`: a labeling job as the engine knows it. */
const Work = storedObject({
  job: z.string(),
  /** Of the attempt that created it. */
  workId: z.string(),
  batch: z.string(),
  mode: storedEnum(MODES),
  labelAttributeName: z.string(),
  /** What workers choose from, in the order of their `class_id`: classes, or verdicts. */
  labels: z.array(z.string()),
  /** Label attribute of the existing boxes in the input manifest; for `adjust` and `verify`. */
  priorAttribute: z.string().optional(),
  title: z.string(),
  description: z.string(),
  instructions: storedObject({ short: z.string(), full: z.string() }),
  inputManifestUri: z.string(),
  /** Lines of the input manifest. */
  lines: z.int(),
  /** Lines that nobody is asked for: they were labeled before. */
  alreadyLabeled: z.int(),
  /** The most opinions that a line gets. */
  workersPerObject: z.int(),
  /** When fewer are enough; absent where each line gets all of them. */
  stopWhen: storedObject({ workers: z.int(), agreeAt: z.number() }).optional(),
  /** Who decides where opinions differ; absent for nobody. */
  review: storedEnum(REVIEWS).optional(),
  /** Whether one more worker checks each label: does any object lack a box? Absent for no. */
  coverageCheck: z.boolean().optional(),
  /** What known answers are used for; absent where there are none. */
  gold: storedObject({
    /** Share of the lines with a known answer that are scored: 0 to 1. */
    share: z.number(),
    /** Practice images that each worker begins with. There are as many at least. */
    practice: z.int(),
  }).optional(),
  taskTimeLimitSeconds: z.int(),
  stoppingConditions: storedObject({
    maxHumanLabeledObjects: z.number().optional(),
    maxPercentageLabeled: z.number().optional(),
  }).optional(),
  /** Workers who get no more tasks, as their answers are too often wrong, by pseudonym. */
  suspended: z
    .record(
      z.string(),
      storedObject({ at: z.string(), score: z.number(), judged: z.int(), isNotified: z.literal(true).optional() }),
    )
    .optional(),
  /** When the owner was told that reviewers are needed, RFC 3339. */
  disputedAt: z.string().optional(),
  createdAt: z.string(),
  /** When lines without all opinions are given up, RFC 3339. */
  deadline: z.string(),
  /** From when no more tasks are given out. `requested`, or a stopping condition was met. */
  stop: storedObject({ at: z.string(), because: storedEnum(['requested', 'condition-met']) }).optional(),
  end: WorkEnd.optional(),
})
export type Work = z.infer<typeof Work>

const WORK = recordType('the work of a labeling job', Work)

export const workRef = (job: string) => ({
  key: `${jobWorkFolder(job)}work.json`,
  type: WORK,
  isOwn: (work: Work) => work.job.toLowerCase() === job.toLowerCase(),
})

export const findWork = (job: string, ports: Pick<Ports, 'objects'>): Promise<State<Work> | undefined> =>
  readState(workRef(job), ports)

/** Shards of a job. Pure. */
export const countShards = ({ lines }: Pick<Work, 'lines'>): number => Math.ceil(lines / SHARD_LINES)

/** The shard that a line belongs to, from 0. Pure. @param line from 1 */
export const toShard = (line: number): number => Math.floor((line - 1) / SHARD_LINES)

/** The block of its shard that a line belongs to, from 0. Pure. @param line from 1 */
export const toBlock = (line: number): number => Math.floor(((line - 1) % SHARD_LINES) / BLOCK_LINES)

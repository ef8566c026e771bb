import pLimit, { type LimitFunction } from 'p-limit'
import { listAttributes } from '../../../manifests/output/attributes.ts'
import { addLabel } from '../../../manifests/output/labeled-line.ts'
import type { Ports } from '../../../platform/ports.ts'
import { CorruptStateError } from '../../../platform/state/corrupt-state.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import { labelsKey, shardKey } from '../folders.ts'
import { readOpinions } from '../opinions/read-opinions.ts'
import { readShard, type Shard } from '../shard.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { decideLine, type LineOutcome, lastTime } from './decide-line.ts'
import { workerResponseKey } from './output-keys.ts'
import { readInputLines, readTasks } from './shard-lines.ts'
import { workerResponseFile } from './worker-response.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'log'>

/** Lines whose answers are held at once. An answer has at most 256 KiB. */
const MAX_LINES_IN_FLIGHT = 16
/** Answers read, and responses written, at once. */
const MAX_REQUESTS_IN_FLIGHT = 32

/** What became of the lines of a shard, and where its part of the output manifest is. */
export interface ShardResult {
  /** Its lines in the input manifest: bytes [start, end). */
  readonly input: { readonly start: number; readonly end: number }
  /** Version of `labels/<shard>.jsonl`. */
  readonly etag: string
  readonly labeled: number
  readonly failed: number
  readonly unlabeled: number
  /** Answers that count and could not be read. */
  readonly lostAnswers: number
}

/** A line as it is in the output manifest. `kept`: it was labeled before. */
interface ResultLine {
  readonly bytes: Uint8Array
  readonly outcome: LineOutcome['outcome'] | 'kept'
  readonly lost: number
}

/**
 * Writes the result of a closed shard: the worker responses, then its part of the output manifest. Both depend on the
 * answers alone, so that they can be written again at any time.
 * @throws CorruptStateError when the shard or its lines of the input manifest cannot be read
 * @throws Error when the shard is not closed
 */
export async function writeShardResult(work: Work, number: number, ports: Needs): Promise<ShardResult> {
  const found = await readShard(work, number, ports)
  if (!found) throw new CorruptStateError(shardKey(work, number), undefined, 'it does not exist')
  const shard = found.value
  if (!shard.closed) throw new Error(`shard ${number} of the labeling job "${work.job}" is not closed`)
  const { because } = shard.closed
  const [lines, tasks] = await Promise.all([readInputLines(work, shard, ports), readTasks(work, shard, ports)])
  const lineLimit = pLimit(MAX_LINES_IN_FLIGHT)
  const limit = pLimit(MAX_REQUESTS_IN_FLIGHT)
  const results = await lineLimit.map(lines, (bytes, index) =>
    toResultLine({ work, shard, because, line: shard.firstLine + index, bytes, task: tasks[index] }, limit, ports),
  )
  const body = Buffer.concat(results.flatMap(({ bytes }) => [bytes, LINE_FEED]))
  // Without a condition, a write always succeeds.
  const etag = (await writeFile(labelsKey(work, number), body, ports)) ?? ''
  const count = (outcome: ResultLine['outcome']): number => results.filter((one) => one.outcome === outcome).length
  return {
    input: shard.input,
    etag,
    labeled: count('labeled'),
    failed: count('failed'),
    unlabeled: count('unlabeled'),
    lostAnswers: results.reduce((sum, { lost }) => sum + lost, 0),
  }
}

const LINE_FEED = Buffer.from('\n')

/** A line to be written, with all that is known of it. */
interface LineToWrite {
  readonly work: Work
  readonly shard: Shard
  readonly because: NonNullable<Shard['closed']>['because']
  /** From 1. */
  readonly line: number
  /** As it is in the input manifest. */
  readonly bytes: Uint8Array
  readonly task: TaskLine | undefined
}

/** Writes the worker response of a line, and returns the line with its label. */
async function toResultLine(
  { work, shard, because, line, bytes, task }: LineToWrite,
  limit: LimitFunction,
  ports: Needs,
): Promise<ResultLine> {
  const text = Buffer.from(bytes).toString('utf8')
  const isKept = task?.alreadyLabeled ?? (!task && listAttributes(text).includes(work.labelAttributeName))
  if (isKept) return { bytes, outcome: 'kept', lost: 0 }
  const said = await readOpinions(work, shard, line, limit, ports)
  const { opinions, lost } = said
  if (opinions.length > 0) {
    const key = workerResponseKey(work, line, lastTime(opinions), ports)
    await limit(() => writeFile(key, workerResponseFile(opinions, task, work), ports))
  }
  const decided = decideLine({ work, task, because, ...said })
  if (decided.outcome === 'unlabeled') return { bytes, outcome: 'unlabeled', lost }
  const labeled = addLabel(text, work.labelAttributeName, decided.label)
  // A line that is no JSON object cannot take a label; nobody was asked for it.
  if (labeled === undefined) return { bytes, outcome: 'failed', lost }
  return { bytes: Buffer.from(labeled), outcome: decided.outcome, lost }
}

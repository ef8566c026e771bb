import { listAttributes } from '../../../manifests/output/attributes.ts'
import { addLabel } from '../../../manifests/output/labeled-line.ts'
import type { Ports } from '../../../platform/ports.ts'
import { writeFile } from '../../../platform/storage/stored-file.ts'
import type { ConsolidationSettings, Skills } from '../consolidation/settings.ts'
import { DEFAULT_SETTINGS } from '../consolidation/settings.ts'
import { labelsKey } from '../folders.ts'
import type { CollectedLine } from '../opinions/collect-opinions.ts'
import { openOpinions } from '../opinions/open-opinions.ts'
import { readClosedShard, type Shard } from '../shard.ts'
import { readTasks, type TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { decideLine, type LineOutcome } from './decide-line.ts'
import type { Label } from './label.ts'
import { readInputLines } from './shard-lines.ts'

type Needs = Pick<Ports, 'config' | 'objects' | 'log'>

/** What became of the lines of a shard, and where its part of the output manifest is. */
export interface ShardResult {
  /** Its lines in the input manifest: bytes [start, end). */
  readonly input: { readonly start: number; readonly end: number }
  /** Version of `labels/<shard>.jsonl`. */
  readonly etag: string
  readonly labeled: number
  readonly failed: number
  readonly unlabeled: number
  /** Labeled lines on which workers differ, and nobody has decided. */
  readonly disputed: number
  /** Answers that count and could not be read. */
  readonly lostAnswers: number
}

/** A line as it is in the output manifest. `kept`: it was labeled before. */
export interface ResultLine {
  readonly bytes: Uint8Array
  readonly outcome: LineOutcome['outcome'] | 'kept'
  readonly isDisputed: boolean
  readonly lost: number
  /** Its label, where this job has labeled it. */
  readonly label: Label | undefined
}

/**
 * Writes the part of a closed shard in the output manifest. It depends on the answers alone, so that it can be written again
 * at any time.
 * @param skills what each worker's opinion counts
 * @throws CorruptStateError when the shard or its lines of the input manifest cannot be read
 * @throws Error when the shard is not closed
 */
export async function writeShardResult(work: Work, number: number, skills: Skills, ports: Needs): Promise<ShardResult> {
  const { value: shard } = await readClosedShard(work, number, ports)
  const rules = { work, skills, settings: DEFAULT_SETTINGS, because: shard.closed.because }
  const results: ResultLine[] = []
  for await (const line of readShardLines(work, shard, ports)) results.push(toResultLine(line, rules))
  return await writePart(labelsKey(work, number), shard, results, ports)
}

/** Yields each line of a closed shard with all that is known of it, in order. */
export async function* readShardLines(work: Work, shard: Shard, ports: Needs): AsyncGenerator<LineToWrite> {
  const [inputs, tasks] = await Promise.all([readInputLines(work, shard, ports), readTasks(work, shard, ports)])
  let index = 0
  const toLine = (lineOpinions: LineToWrite['lineOpinions']): LineToWrite => ({
    bytes: inputs[index] ?? new Uint8Array(),
    task: tasks[index],
    lineOpinions,
  })
  for await (const line of openOpinions(work, shard, tasks, ports)) {
    for (; shard.firstLine + index < line.line; index++) yield toLine(NO_OPINIONS)
    yield toLine(line)
    index++
  }
  for (; index < inputs.length; index++) yield toLine(NO_OPINIONS)
}

/** Writes lines as a part of an output manifest. @param results all lines of the shard, in order */
export async function writePart(
  key: string,
  { input }: Pick<Shard, 'input'>,
  results: readonly ResultLine[],
  ports: Pick<Ports, 'objects'>,
): Promise<ShardResult> {
  const body = Buffer.concat(results.flatMap(({ bytes }) => [bytes, LINE_FEED]))
  // Without a condition, a write always succeeds.
  const etag = (await writeFile(key, body, ports)) ?? ''
  return { input, etag, ...countResults(results) }
}

const LINE_FEED = Buffer.from('\n')

/** Of lines for which nobody was asked. */
const NO_OPINIONS: Omit<CollectedLine, 'line'> = {
  opinions: [],
  review: undefined,
  check: undefined,
  declined: 0,
  lost: 0,
}

function countResults(results: readonly ResultLine[]) {
  const count = (outcome: ResultLine['outcome']): number => results.filter((one) => one.outcome === outcome).length
  return {
    labeled: count('labeled'),
    failed: count('failed'),
    unlabeled: count('unlabeled'),
    disputed: results.filter(({ isDisputed }) => isDisputed).length,
    lostAnswers: results.reduce((sum, { lost }) => sum + lost, 0),
  }
}

/** How the lines of a shard are decided. */
export interface ResultRules {
  readonly work: Work
  readonly skills: Skills
  readonly settings: ConsolidationSettings
  readonly because: NonNullable<Shard['closed']>['because']
}

/** A line to be written, with all that is known of it. */
export interface LineToWrite {
  /** As it is in the input manifest. */
  readonly bytes: Uint8Array
  readonly task: TaskLine | undefined
  readonly lineOpinions: Omit<CollectedLine, 'line'>
  /** Opinions that are left out of it. */
  readonly leftOut?: number
}

/** Returns a line with its label. Pure. */
export function toResultLine({ bytes, task, lineOpinions, leftOut }: LineToWrite, rules: ResultRules): ResultLine {
  const { labelAttributeName } = rules.work
  const text = Buffer.from(bytes).toString('utf8')
  const isKept = task?.alreadyLabeled ?? (!task && listAttributes(text).includes(labelAttributeName))
  const without = { isDisputed: false, lost: lineOpinions.lost, label: undefined }
  if (isKept) return { ...without, bytes, outcome: 'kept', lost: 0 }
  const decided = decideLine({ task, lineOpinions, leftOut, ...rules })
  if (decided.outcome === 'unlabeled') return { ...without, bytes, outcome: 'unlabeled' }
  const labeled = addLabel(text, labelAttributeName, decided.label)
  // A line that is no JSON object cannot take a label; nobody was asked for it.
  if (labeled === undefined) return { ...without, bytes, outcome: 'failed' }
  const line = { ...without, bytes: Buffer.from(labeled) }
  if (decided.outcome === 'failed') return { ...line, outcome: 'failed' }
  return { ...line, outcome: 'labeled', isDisputed: decided.isDisputed, label: decided }
}

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
interface ResultLine {
  readonly bytes: Uint8Array
  readonly outcome: LineOutcome['outcome'] | 'kept'
  readonly isDisputed: boolean
  readonly lost: number
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
  const [inputs, tasks] = await Promise.all([readInputLines(work, shard, ports), readTasks(work, shard, ports)])
  const rules = { work, skills, settings: DEFAULT_SETTINGS, because: shard.closed.because }
  const results: ResultLine[] = []
  const add = (line: CollectedLine | undefined, index: number): void => {
    const bytes = inputs[index] ?? new Uint8Array()
    results.push(toResultLine({ bytes, task: tasks[index], said: line ?? NOTHING_SAID }, rules))
  }
  for await (const line of openOpinions(work, shard, tasks, ports)) {
    while (shard.firstLine + results.length < line.line) add(undefined, results.length)
    add(line, results.length)
  }
  while (results.length < inputs.length) add(undefined, results.length)
  const body = Buffer.concat(results.flatMap(({ bytes }) => [bytes, LINE_FEED]))
  // Without a condition, a write always succeeds.
  const etag = (await writeFile(labelsKey(work, number), body, ports)) ?? ''
  return { input: shard.input, etag, ...countResults(results) }
}

const LINE_FEED = Buffer.from('\n')

/** Of lines for which nobody was asked. */
const NOTHING_SAID: Omit<CollectedLine, 'line'> = { opinions: [], review: undefined, declined: 0, lost: 0 }

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
interface ResultRules {
  readonly work: Work
  readonly skills: Skills
  readonly settings: ConsolidationSettings
  readonly because: NonNullable<Shard['closed']>['because']
}

/** A line to be written, with all that is known of it. */
interface LineToWrite {
  /** As it is in the input manifest. */
  readonly bytes: Uint8Array
  readonly task: TaskLine | undefined
  readonly said: Omit<CollectedLine, 'line'>
}

/** Returns a line with its label. Pure. */
function toResultLine({ bytes, task, said }: LineToWrite, rules: ResultRules): ResultLine {
  const { labelAttributeName } = rules.work
  const text = Buffer.from(bytes).toString('utf8')
  const isKept = task?.alreadyLabeled ?? (!task && listAttributes(text).includes(labelAttributeName))
  if (isKept) return { bytes, outcome: 'kept', isDisputed: false, lost: 0 }
  const { lost } = said
  const decided = decideLine({ task, said, ...rules })
  if (decided.outcome === 'unlabeled') return { bytes, outcome: 'unlabeled', isDisputed: false, lost }
  const labeled = addLabel(text, labelAttributeName, decided.label)
  // A line that is no JSON object cannot take a label; nobody was asked for it.
  if (labeled === undefined) return { bytes, outcome: 'failed', isDisputed: false, lost }
  const isDisputed = decided.outcome === 'labeled' && decided.isDisputed
  return { bytes: Buffer.from(labeled), outcome: decided.outcome, isDisputed, lost }
}

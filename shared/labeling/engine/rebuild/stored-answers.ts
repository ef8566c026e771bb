import pLimit from 'p-limit'
import type { Ports } from '../../../platform/ports.ts'
import { skipCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import { listingPages } from '../../../platform/storage/listing-pages.ts'
import { answerRef } from '../answer.ts'
import { type AnswerName, parseAnswerFile, shardAnswersFolder } from '../folders.ts'
import { countedFor, type Shard } from '../shard.ts'
import { toBlock, toShard, type Work } from '../work.ts'
import type { ReadAnswer } from './with-stored-answers.ts'

/** Answers that are read side by side. */
const MAX_READS_IN_FLIGHT = 32

/** The answers that a shard does not count yet, as they are stored. */
export interface UncountedAnswers {
  /** Those that can be read, in the order in which they were submitted. */
  readonly readable: readonly ReadAnswer[]
  /** Those that cannot: each is named in the log. */
  readonly lost: readonly AnswerName[]
}

/**
 * Finds the latest answer of each worker to each line of a shard, where the shard does not count it yet. One LIST for each
 * 1,000 answers, and a read of each that is new.
 */
export async function findUncounted(
  work: Work,
  shard: Shard,
  ports: Pick<Ports, 'objects' | 'log'>,
): Promise<UncountedAnswers> {
  const names = latestOf(await listShardAnswers(work, shard.shard, ports))
  const uncounted = names.filter((name) => isAsked(shard, name.line) && !isCounted(shard, name))
  const limit = pLimit(MAX_READS_IN_FLIGHT)
  const read = await limit.map(uncounted, async (name) => ({
    name,
    answer: (await skipCorrupt(readState(answerRef(work, name), ports), ports))?.value,
  }))
  const readable = read.flatMap(({ name, answer }) => (answer ? [{ name, answer }] : []))
  return {
    readable: readable.toSorted(bySubmission),
    lost: read.flatMap(({ name, answer }) => (answer ? [] : [name])),
  }
}

/** Lists the answers to the lines of a shard. */
async function listShardAnswers(work: Work, shard: number, ports: Pick<Ports, 'objects'>): Promise<AnswerName[]> {
  const folder = shardAnswersFolder(work, shard)
  const names: AnswerName[] = []
  for await (const { objects } of listingPages(ports, folder))
    for (const { key } of objects) {
      const [block = '', file = ''] = key.slice(folder.length).split('/')
      const name = parseAnswerFile(file)
      if (name && toShard(name.line) === shard && String(toBlock(name.line)) === block) names.push(name)
    }
  return names
}

/** Returns the latest revision of what each worker has said about each line, for each purpose. Pure. */
const latestOf = (names: readonly AnswerName[]): AnswerName[] =>
  [...Map.groupBy(names, ({ line, worker, purpose }) => [line, worker, purpose].join('.')).values()].map((revisions) =>
    revisions.reduce((one, other) => (other.revision > one.revision ? other : one)),
  )

const isAsked = ({ firstLine, lines, skipped }: Shard, line: number): boolean =>
  line >= firstLine && line < firstLine + lines && !skipped.includes(line)

const isCounted = (shard: Shard, { line, worker, revision, purpose }: AnswerName): boolean =>
  countedFor(shard, line, purpose).some((one) => one.worker === worker && one.revision >= revision)

const bySubmission = (one: ReadAnswer, other: ReadAnswer): number =>
  Date.parse(one.answer.submittedAt) - Date.parse(other.answer.submittedAt) ||
  (one.answer.worker < other.answer.worker ? -1 : 1)

import type { OwnAnswers } from '../../../contracts/labeling-answer.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { StoredAnswer } from '../answer.ts'
import { pickBox } from '../consolidation/boxes.ts'
import type { AnswerName } from '../folders.ts'
import { isPracticeBlock } from '../practice/practice-block.ts'
import { readPracticed } from '../practice/read-practiced.ts'
import { countShards } from '../work.ts'
import { parseBlock } from './block.ts'
import { listAnswers, readAnswer } from './found-answers.ts'
import { findJobOfWorker, type TaskWorker } from './worker-job.ts'

/**
 * Returns what a worker has answered in a block, the latest answer to each task, in order of lines. An answer that cannot
 * be read is left out: the worker can give it again.
 * @throws AppError `not-found` when there is no such job for the worker
 */
export async function findOwnAnswers(
  job: string,
  worker: TaskWorker,
  blockName: string,
  ports: Pick<Ports, 'objects' | 'now'>,
): Promise<OwnAnswers['items']> {
  const { work } = await findJobOfWorker(job, worker, ports)
  if (isPracticeBlock(blockName))
    return (await readPracticed(work, worker.id, ports)).map((answer) => toOwnAnswer(answer, PRACTICE_REVISION))
  const { shard, block } = parseBlock(blockName)
  if (shard >= countShards(work)) return []
  const listed = await listAnswers(work, shard, block, ports)
  const own = Map.groupBy(
    listed.filter((name) => name.worker === worker.id),
    ({ line, purpose }) => `${line} ${purpose}`,
  )
  const latest = [...own.values()].map((names) =>
    names.reduce((one, other) => (other.revision > one.revision ? other : one)),
  )
  const answers = await Promise.all(
    latest
      .toSorted((one, other) => one.line - other.line)
      .map(async (name) => ({ name, answer: await readAnswer(work, name, ports) })),
  )
  return answers.flatMap(({ name, answer }) => (answer ? [toOwnAnswer(answer, name)] : []))
}

/** A practice image is answered once. */
const PRACTICE_REVISION = { revision: 1 }

const toOwnAnswer = (
  { line, purpose, answer, boxes, comment, submittedAt }: StoredAnswer,
  { revision }: Pick<AnswerName, 'revision'>,
): OwnAnswers['items'][number] => ({
  line,
  ...(purpose && { purpose }),
  answer,
  ...(boxes && {
    boxes: boxes.map(pickBox),
  }),
  ...(comment !== undefined && { comment }),
  revision,
  submittedAt,
})

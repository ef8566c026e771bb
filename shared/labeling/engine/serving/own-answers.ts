import type { OwnAnswers } from '../../../contracts/labeling-task.ts'
import type { Ports } from '../../../platform/ports.ts'
import type { StoredAnswer } from '../answer.ts'
import type { AnswerName } from '../folders.ts'
import { countShards } from '../work.ts'
import { parseBlock } from './block.ts'
import { listAnswers, readAnswer } from './found-answers.ts'
import { findJobOfWorker, type TaskWorker } from './worker-job.ts'

/**
 * Returns what a worker has answered in a block, the latest answer of each line, in order of lines. An answer that cannot
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
  const { shard, block } = parseBlock(blockName)
  if (shard >= countShards(work)) return []
  const listed = await listAnswers(work, shard, block, ports)
  const own = Map.groupBy(
    listed.filter((name) => name.worker === worker.id),
    ({ line }) => line,
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

const toOwnAnswer = (
  { answer, boxes, comment, submittedAt }: StoredAnswer,
  { line, revision }: AnswerName,
): OwnAnswers['items'][number] => ({
  line,
  answer,
  ...(boxes && {
    boxes: boxes.map(({ className, left, top, width, height }) => ({ className, left, top, width, height })),
  }),
  ...(comment !== undefined && { comment }),
  revision,
  submittedAt,
})

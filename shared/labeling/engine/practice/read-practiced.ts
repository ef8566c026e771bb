import type { Ports } from '../../../platform/ports.ts'
import { readOrCorrupt } from '../../../platform/state/corrupt-state.ts'
import { readState } from '../../../platform/state/record.ts'
import type { StoredAnswer } from '../answer.ts'
import type { WorkId } from '../folders.ts'
import { listPracticed, practiceAnswerRef } from './practice-answers.ts'

/**
 * Returns the answers of a worker to practice images, in order of lines. One that cannot be read is left out: the worker can
 * give it again.
 */
export async function readPracticed(
  work: WorkId,
  worker: string,
  ports: Pick<Ports, 'objects'>,
): Promise<readonly StoredAnswer[]> {
  const lines = [...(await listPracticed(work, worker, ports))].toSorted((one, other) => one - other)
  const found = await Promise.all(
    lines.map((line) => readOrCorrupt(readState(practiceAnswerRef(work, worker, line), ports))),
  )
  return found.flatMap((one) => (one && 'value' in one ? [one.value] : []))
}

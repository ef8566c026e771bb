import { copyImages } from '../copying/copy-images-job.ts'
import { checkRows } from '../datasets/import/check-rows-job.ts'
import { fetchParts } from '../datasets/import/fetch-parts-job.ts'
import type { Work } from '../platform/fan-out/job.ts'
import type { RoundRef } from '../platform/fan-out/round.ts'

/** A kind of work of which only its own schemas know the types. */
type AnyWork = Work<unknown, object, unknown>

const WORKS: readonly AnyWork[] = [fetchParts, checkRows, copyImages]

/** The round that a message is about. @throws Error when no work has the name: the message is of another version */
export function roundOf(message: { work: string; subject: object; round: number }): RoundRef<unknown, object, unknown> {
  const work = WORKS.find(({ name }) => name === message.work)
  if (!work) throw new Error(`no work is called ${message.work}`)
  return { work, subject: work.subject.parse(message.subject), round: message.round }
}

import type { NextTasks } from '../../../contracts/labeling-task.ts'
import { awaitAll } from '../../../platform/await-all.ts'
import type { Ports } from '../../../platform/ports.ts'
import { quarterHourLinks } from '../../../platform/storage/quarter-hour-links.ts'
import { getsNoTasks } from '../serving/known-work.ts'
import { leaseSeconds, linkSeconds } from '../serving/lease-time.ts'
import { ticketSigner } from '../serving/tickets.ts'
import type { Work } from '../work.ts'
import { choosePracticeImages } from './choose-images.ts'
import { hasPracticed, listPracticed, rememberPracticed } from './practice-answers.ts'
import { formatPracticeBlock } from './practice-block.ts'
import { type PracticeImage, readPracticeImages } from './practice-images.ts'

type Needs = Pick<Ports, 'objects' | 'bucket' | 'log' | 'now'>

/**
 * Returns the practice images of a worker who has not answered all of them; undefined for anybody else, and when the job is
 * over. Nothing is written: which images these are follows from the worker, and how far the worker is from the answers.
 */
export async function nextPractice(work: Work, worker: string, ports: Needs): Promise<NextTasks | undefined> {
  const count = work.gold?.practice ?? 0
  if (count === 0 || getsNoTasks(work, worker, ports.now()) || hasPracticed(work, worker, ports)) return undefined
  const [answered, images] = await awaitAll([listPracticed(work, worker, ports), readPracticeImages(work, ports)])
  const own = choosePracticeImages(images, worker, count)
  if (own.some(({ line }) => !answered.has(line))) return await toPracticeWork(work, worker, own, answered, ports)
  // Without images, as long as they cannot be read, nobody has practiced.
  if (own.length > 0) rememberPracticed(work, worker, ports)
  return undefined
}

async function toPracticeWork(
  work: Work,
  worker: string,
  images: readonly PracticeImage[],
  answered: ReadonlySet<number>,
  ports: Needs,
): Promise<NextTasks> {
  const seconds = leaseSeconds(work)
  const since = ports.now()
  const times = { since: since.toISOString(), until: new Date(since.getTime() + 1000 * seconds).toISOString() }
  const sign = await ticketSigner(work, { id: 'practice', worker, practice: true, ...times }, ports)
  const toLink = quarterHourLinks(linkSeconds(seconds), ports)
  const tasks = images.map(async ({ line, key, width, height }) => {
    const ticket = sign({ line, width, height })
    const { link: image } = await toLink(key)
    return { line, image, width, height, ticket, ...(answered.has(line) && { answered: true }) }
  })
  return {
    state: 'work',
    practice: true,
    block: formatPracticeBlock(worker),
    secondsLeft: seconds,
    tasks: await Promise.all(tasks),
  }
}

import type { Counters } from '../../../shared/contracts/labeling-job.ts'
import type { Poll } from './labeling-project.ts'

/** What must be true of the numbers that the owner of a job sees. */
interface Expected {
  /** Images that the job has to label. */
  readonly total: number
  readonly workersPerObject: number
  readonly people: number
}

/** Lists what does not add up when the owner looks at a job, and what went back since the look before. Pure. */
export const wrongInPolls = (polls: readonly Poll[], expected: Expected): string[] => [
  ...polls.flatMap((poll, index) => wrongInPoll(poll, expected).map((what) => `look ${index + 1}: ${what}`)),
  ...polls.slice(1).flatMap((poll, index) => {
    const before = polls[index]
    return before ? wentBack(before, poll).map((what) => `look ${index + 2}: ${what}`) : []
  }),
]

/** Returns the sentences whose statement is false. */
const falseOnes = (statements: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(statements).flatMap(([what, isTrue]) => (isTrue ? [] : [`it is false that ${what}`]))

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function wrongInPoll({ job, workers, events }: Poll, { total, workersPerObject, people }: Expected): string[] {
  const { counters, opinions = { given: Number.NaN, needed: Number.NaN }, blocksOut = Number.NaN } = job
  const { labeled, failed, unlabeled } = counters
  const hasEnded = job.status !== 'InProgress' && job.status !== 'Stopping'
  const answers = sum(workers.map((worker) => worker.answers))
  return falseOnes({
    [`all ${total} images are counted`]: counters.total === total && labeled + failed + unlabeled === total,
    'people have labeled all that is labeled': counters.humanLabeled === labeled && counters.machineLabeled === 0,
    'the percentage is that of the images':
      job.progressPercent === Math.floor((1000 * (labeled + failed)) / total) / 10,
    [`the answers of the workers, ${answers}, are the opinions, ${opinions.given}`]: answers === opinions.given,
    'every labeled image has an opinion': opinions.given >= labeled,
    // A stopped job needs no more of them, and an image that everybody declined has none.
    'all that is missing is needed':
      job.status !== 'InProgress' || opinions.given + opinions.needed >= workersPerObject * (total - failed),
    'nobody has two blocks': blocksOut >= 0 && blocksOut <= people,
    'nothing is under way at the end': !hasEnded || (opinions.needed === 0 && blocksOut === 0),
    'no event comes before the end, and no second one': events.length <= (hasEnded ? 1 : 0),
  })
}

const ORDER = ['InProgress', 'Stopping', 'Completed', 'Failed', 'Stopped']
const finished = ({ labeled, failed }: Counters): number => labeled + failed

function wentBack(before: Poll, after: Poll): string[] {
  const answersOf = ({ workers }: Poll, id: string): number =>
    workers.find(({ workerId }) => workerId === id)?.answers ?? Number.NaN
  return falseOnes({
    'the status goes on': ORDER.indexOf(before.job.status) <= ORDER.indexOf(after.job.status),
    'a finished image stays so': finished(before.job.counters) <= finished(after.job.counters),
    'an opinion stays given': (before.job.opinions?.given ?? 0) <= (after.job.opinions?.given ?? 0),
    'each worker keeps the answers': before.workers.every(
      ({ workerId, answers }) => answers <= answersOf(after, workerId),
    ),
  })
}

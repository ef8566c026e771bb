import type { LabelerJob } from '../../../shared/contracts/labeler.ts'
import { describeWork } from '../../../shared/labeling/engine/describe-work.ts'
import { startWatching } from '../../../shared/labeling/engine/start-watching.ts'
import type { TaskLine } from '../../../shared/labeling/engine/task-lines.ts'
import { findWork, type Work } from '../../../shared/labeling/engine/work.ts'
import { workerPseudonym } from '../../../shared/labeling/workers/pseudonym.ts'
import { findWorker } from '../../../shared/labeling/workers/store.ts'
import type { KindName } from '../../../tools/people/kinds.ts'
import type { LedgerEntry, ResultAnswer } from '../../../tools/people/ledger.ts'
import { readResult, responsesFolder } from '../../../tools/people/result.ts'
import { type JobReport, type PersonWithAccess, runPeople } from '../../../tools/people/run-people.ts'
import { simulatedClock } from '../../../tools/people/simulated-clock.ts'
import { drain } from '../broker/drain.ts'
import { type ClosedWorkOptions, closedWork } from '../fixtures/closed-work.ts'
import { hire } from '../fixtures/workers.ts'
import { keysUnder, textAt } from '../world/bucket-contents.ts'
import { type MemoryPorts, memoryPorts } from '../world/ports.ts'
import { inProcessSend } from './in-process-send.ts'

const RESPONSES = responsesFolder('b', 'cats-1')
const DAY_SECONDS = 86_400
/** How often queues are emptied, and the owner looks at the job. */
const TICK_SECONDS = 30

export interface LaborOptions {
  readonly kinds: readonly KindName[]
  /** How many of these people, from the first, review as well; nobody by default. */
  readonly reviewers?: number
  readonly lines: number
  /** Boxes that are shown on every image. */
  readonly boxes?: NonNullable<TaskLine['boxes']>
  readonly seed?: number
  readonly work?: Partial<Omit<ClosedWorkOptions, 'lines'>>
  /** Whether the owner of the job looks at it; true by default. */
  readonly isWatched?: boolean
}

/** What came of a job. */
export interface Labor {
  readonly ports: MemoryPorts
  readonly reports: readonly JobReport[]
  readonly ledger: readonly LedgerEntry[]
  readonly result: readonly ResultAnswer[]
  /** The job as its owner saw it, one after the other. */
  readonly seen: readonly LabelerJob[]
  readonly end: Work['end']
}

/** Lets people label the job `cats-1` over the functions of the API, until it has ended. They and the API share a clock. */
export async function labelTogether({
  kinds,
  reviewers = 0,
  lines,
  boxes,
  seed = 1,
  work: changes = {},
  isWatched = true,
}: LaborOptions): Promise<Labor> {
  const ports = memoryPorts()
  const { world } = ports
  const deadline = new Date(world.now.getTime() + 1000 * DAY_SECONDS).toISOString()
  const task = { key: 'data/b/images/1.jpg', width: 400, height: 200, ...(boxes && { boxes }) }
  const options = { lines: Array.from({ length: lines }, () => ({ task })), because: null, deadline, ...changes }
  const work = closedWork(world, options)
  await startWatching(work, ports)
  const people = await hireAll(kinds, reviewers, seed, ports)
  const clock = simulatedClock(world.now.getTime(), (now) => {
    world.now = now
  })
  const ledger: LedgerEntry[] = []
  const seen: LabelerJob[] = []
  const settings = {
    send: inProcessSend(ports),
    clock,
    seed,
    ledger: { record: (entry: LedgerEntry) => void ledger.push(entry) },
  }
  const [reports = []] = await clock.together<readonly JobReport[]>([
    () => runPeople(people, settings),
    async () => {
      for (let hasEnded = false; !hasEnded; ) {
        await clock.wait(TICK_SECONDS)
        await drain(ports, { until: new Date(clock.now()) })
        const job = isWatched ? await describeWork('cats-1', ports) : undefined
        if (job) seen.push(job)
        hasEnded = (await findWork('cats-1', ports))?.value.end !== undefined
      }
      return []
    },
  ])
  const end = (await findWork('cats-1', ports))?.value.end
  return { ports, reports, ledger, seen, end, result: await readAnswers(people, ports) }
}

const hireAll = (
  kinds: readonly KindName[],
  reviewers: number,
  seed: number,
  ports: MemoryPorts,
): Promise<PersonWithAccess[]> =>
  Promise.all(
    kinds.map(async (kind, index) => {
      const name = `${kind}-${index}`
      const role = index < reviewers ? 'review' : 'label'
      return { name, kind, seed: seed + index, access: { secret: await hire(ports, name, { role }) } }
    }),
  )

/** Returns every answer in the files of worker responses, with the names of the people. */
async function readAnswers(people: readonly PersonWithAccess[], ports: MemoryPorts): Promise<readonly ResultAnswer[]> {
  const names = new Map<string, string>()
  for (const { name } of people) {
    const found = await findWorker(name, ports)
    if (found) names.set(workerPseudonym(found.value.id, 1), name)
  }
  const files = keysUnder(ports.world, RESPONSES).map(
    (path) => [path, textAt(ports.world, RESPONSES + path) ?? ''] as const,
  )
  return readResult(files, names)
}

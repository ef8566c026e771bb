import type { Answer } from '../../shared/contracts/labeling-answer.ts'
import { stopJob } from '../../shared/labeling/jobs/stop.ts'
import { retryUntilDone } from '../support/crash/retry.ts'
import type { Scenario } from '../support/crash/scenario.ts'
import { JOB, passSeconds } from '../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../support/world/ports.ts'
import type { Expected } from './serving-invariants.ts'
import { type Deliver, jobToLabel, linesToLabel, peopleScenario, TWO_SHARDS } from './serving-jobs.ts'
import { labelOverHttp, withSharedLink } from './serving-over-http.ts'
import { answer, answerAll, asWork, callApi, labelToTheEnd, next, type Person, renew, take } from './serving-people.ts'

const ann: Person = { number: 1 }
const bob: Person = { number: 2 }
const cem: Person = { number: 3 }
/** Whoever owns the job. */
const owner: Person = { number: 9 }

/** A lease of few lines ends after 300 seconds. */
const AFTER_LEASE = 301

/** One who waits gets what another has left; that one comes back, and answers it as well. */
async function labelWhatIsLeft(ports: MemoryPorts): Promise<void> {
  const first = await take(ports, ann)
  const other = await take(ports, bob)
  await next(ports, cem)
  await answer(ports, ann, first.tasks[0]!)
  const handedBack = await answerAll(ports, bob, other)
  passSeconds(ports, AFTER_LEASE)
  const left = asWork(await next(ports, cem))
  await answer(ports, ann, first.tasks[1]!)
  const finished = new Map([
    [1, first.block],
    [2, handedBack],
    [3, await answerAll(ports, cem, left)],
  ])
  await labelToTheEnd(ports, [ann, bob, cem], { finished })
}

/**
 * Answers are replaced before and after the block is handed back; two tabs have the same tasks; a block is said to be
 * finished that is not.
 */
async function changeAnswers(ports: MemoryPorts): Promise<void> {
  const [one, two, three] = (await take(ports, ann)).tasks
  const sameTasks = await take(ports, ann)
  await answer(ports, ann, one!)
  await answer(ports, ann, sameTasks.tasks[0]!)
  await answer(ports, ann, two!, 'declined')
  await answer(ports, ann, three!, 'cannot-tell')
  await answer(ports, ann, two!)
  const others = await take(ports, bob)
  await answer(ports, bob, others.tasks[2]!, 'bad-image')
  const finished = await answerAll(ports, bob, await take(ports, bob, others.block))
  await next(ports, ann, sameTasks.block)
  await answer(ports, ann, one!)
  await labelToTheEnd(ports, [bob, ann], { finished: new Map([[bob.number, finished]]) })
}

/** A lease is renewed while it is open, after it has expired, and after its lines were given to somebody else. */
async function renewLeases(ports: MemoryPorts): Promise<void> {
  const first = await take(ports, ann)
  await answer(ports, ann, first.tasks[0]!)
  passSeconds(ports, 200)
  asWork(await renew(ports, ann, first.block))
  passSeconds(ports, AFTER_LEASE)
  asWork(await renew(ports, ann, first.block))
  passSeconds(ports, AFTER_LEASE)
  const left = await take(ports, bob)
  await renew(ports, ann, first.block)
  const finished = await answerAll(ports, bob, left)
  await labelToTheEnd(ports, [bob, ann], { finished: new Map([[bob.number, finished]]) })
}

/** What one who reloads the page says about an image, by line. */
const SAID: readonly Answer[] = ['boxes', 'declined', 'cannot-tell']

/** One goes on after a failure by reloading the page, which asks only for what it is told to be unanswered. */
async function reloadAfterFailures(ports: MemoryPorts): Promise<void> {
  const person: Person = { ...ann, reloads: true }
  const label = async (): Promise<void> => {
    const reply = await next(ports, person)
    if (reply.state !== 'work') return
    const { block, tasks } = reply
    for (const task of tasks) if (!task.answered) await answer(ports, person, task, SAID[task.line - 1])
    await next(ports, person, block)
  }
  await retryUntilDone(label)
  await labelToTheEnd(ports, [bob, cem, ann])
}

/** Both leave without a word; what they have answered counts when the time of the job is over, and nothing after that. */
async function leave(ports: MemoryPorts, deliver: Deliver): Promise<void> {
  const first = await take(ports, ann)
  for (const task of first.tasks.slice(0, 2)) await answer(ports, ann, task)
  await answerAll(ports, bob, await take(ports, bob))
  await deliver()
  await answer(ports, ann, first.tasks[2]!)
}

/** A job is stopped while two are at work. One finishes the block, the other does not. */
async function stopInTheMiddle(ports: MemoryPorts, deliver: Deliver): Promise<void> {
  const [first, other] = [await take(ports, ann), await take(ports, bob)]
  await answer(ports, ann, first.tasks[0]!)
  await answer(ports, bob, other.tasks[0]!)
  await callApi(ports, owner, (api) => stopJob(JOB, api))
  await deliver(ports.now())
  for (const task of first.tasks.slice(1)) await answer(ports, ann, task)
  await answer(ports, bob, other.tasks[1]!)
  await next(ports, ann, first.block)
  await next(ports, bob)
  await deliver()
  await answer(ports, bob, other.tasks[2]!)
}

const TRUTH = { className: 'Cat', left: 100, top: 50, width: 200, height: 100 }

/** Images that each worker of a job practices with. */
const PRACTICE = [1, 2].map((line) => ({ line, key: 'data/b/images/1.jpg', width: 400, height: 200, truth: [TRUTH] }))

const OFFLINE = { secondsOffline: AFTER_LEASE }

const labelingToTheEnd = (expected?: Expected): Scenario =>
  peopleScenario(
    'labeling to the end',
    jobToLabel(TWO_SHARDS, 2),
    (ports, deliver) => labelToTheEnd(ports, [ann, bob], { afterTurn: () => deliver(ports.now()) }),
    expected,
  )

const labelingBlocks = (expected?: Expected): Scenario =>
  peopleScenario(
    'labeling block after block',
    jobToLabel(linesToLabel(12), 1),
    (ports) => labelToTheEnd(ports, [ann, bob]),
    expected,
  )

/** People who go on wherever they are, while a call fails every time: the job ends, but perhaps without all answers. */
export const LABELING_ANYWAY: readonly Scenario[] = [labelingToTheEnd(), labelingBlocks()]

/** Everything that people do with a labeling job. */
export const SERVING_SCENARIOS: readonly Scenario[] = [
  labelingToTheEnd({ status: 'Completed', complete: 4, expired: 0 }),
  labelingBlocks({ status: 'Completed', complete: 12, expired: 0 }),
  peopleScenario('labeling what others have left', jobToLabel(TWO_SHARDS, 1), labelWhatIsLeft, {
    status: 'Completed',
    complete: 4,
    expired: 1,
  }),
  peopleScenario('changing answers', jobToLabel(linesToLabel(3), 2), changeAnswers, {
    status: 'Completed',
    complete: 3,
    expired: 0,
  }),
  peopleScenario('renewing a block', jobToLabel(linesToLabel(3), 1), renewLeases, {
    status: 'Completed',
    complete: 3,
    expired: 1,
  }),
  peopleScenario('labeling with a page that is reloaded', jobToLabel(linesToLabel(3), 2), reloadAfterFailures, {
    status: 'Completed',
    complete: 3,
    expired: 0,
  }),
  peopleScenario(
    'labeling with practice images',
    jobToLabel(linesToLabel(3), 2, { gold: { share: 0, practice: 2 }, practice: PRACTICE }),
    (ports) => labelToTheEnd(ports, [ann, bob]),
    { status: 'Completed', complete: 3, expired: 0 },
  ),
  peopleScenario('leaving a labeling job', jobToLabel(linesToLabel(3), 2), leave, {
    status: 'Completed',
    complete: 2,
    expired: 1,
  }),
  peopleScenario('stopping a labeling job in the middle', jobToLabel(linesToLabel(3), 2), stopInTheMiddle, {
    status: 'Stopped',
    complete: 2,
    expired: 1,
  }),
  peopleScenario(
    'labeling with requests that are repeated after their lease',
    jobToLabel(linesToLabel(3), 2),
    (ports) =>
      labelToTheEnd(ports, [
        { ...ann, ...OFFLINE },
        { ...bob, ...OFFLINE },
      ]),
    { status: 'Completed', complete: 3, expired: undefined },
  ),
  peopleScenario(
    'labeling through the functions of the API',
    () => withSharedLink(jobToLabel(linesToLabel(2), 2, { taskTimeLimitSeconds: 1800 })),
    labelOverHttp,
    { status: 'Completed', complete: 2, expired: 0 },
  ),
]

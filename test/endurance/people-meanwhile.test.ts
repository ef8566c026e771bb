import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../shared/contracts/labeling-answer.ts'
import { stopJob } from '../../shared/labeling/jobs/stop.ts'
import { jobToLabel, linesToLabel, peopleScenario } from '../faults/serving-jobs.ts'
import { answer, answerAll, labelToTheEnd, ledgerOf, next, type Person } from '../faults/serving-people.ts'
import { workAt } from '../faults/serving-records.ts'
import { drain } from '../support/broker/drain.ts'
import { interleaveAtEachCall } from '../support/crash/fault-at-each-call.ts'
import { JOB, passSeconds, watch } from '../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../support/world/ports.ts'

const ann: Person = { number: 1 }
const bob: Person = { number: 2 }
const other: Person = { number: 3 }

/** Longer than a job takes to stop, so that a function may not know of it while the lease is open. */
const LEASE_SECONDS = 1800

const labeling = peopleScenario(
  'labeling while others act',
  jobToLabel(linesToLabel(3), 2, { taskTimeLimitSeconds: LEASE_SECONDS }),
  (ports) => labelToTheEnd(ports, [ann, bob]),
)

/** Looks at the job, and delivers what that sets off. */
async function bringOn(ports: MemoryPorts): Promise<void> {
  await watch(workAt(ports.world), ports)
  await drain(ports, { until: ports.now() })
}

/** Labels what there is, as far as it goes. */
async function labelOnce(ports: MemoryPorts, person: Person): Promise<void> {
  const reply = await next(ports, person)
  if (reply.state === 'work') await next(ports, person, await answerAll(ports, person, reply))
}

/** Answers the first task again that somebody has answered. */
async function changeFirst(ports: MemoryPorts, kind: Answer): Promise<void> {
  const [first] = ledgerOf(ports.world).given
  if (first) await answer(ports, ann, first, kind)
}

const stop = async (ports: MemoryPorts): Promise<void> => {
  await stopJob(JOB, ports)
  await bringOn(ports)
}

/** What others do while a call of one who labels hangs. */
const MEANWHILE: readonly (readonly [string, (ports: MemoryPorts) => Promise<void>])[] = [
  ['the owner stops the job', stop],
  [
    'the owner stops the job, and it ends',
    async (ports) => {
      await stop(ports)
      passSeconds(ports, 900)
      await bringOn(ports)
    },
  ],
  ['the same worker labels in another tab', (ports) => labelOnce(ports, ann)],
  ['the same worker changes an answer', (ports) => changeFirst(ports, 'boxes')],
  ['the same worker takes an answer back', (ports) => changeFirst(ports, 'declined')],
  ['another worker labels', (ports) => labelOnce(ports, other)],
  [
    'the leases end and another worker labels what is left',
    async (ports) => {
      passSeconds(ports, LEASE_SECONDS + 1)
      await labelOnce(ports, other)
      await bringOn(ports)
    },
  ],
  [
    'the time of the job is over',
    async (ports) => {
      passSeconds(ports, 3601)
      await bringOn(ports)
    },
  ],
]

describe('people who label', () => {
  it.each(MEANWHILE)('lose nothing and get nothing twice while any call hangs and %s', async (_, act) => {
    const { faults, wrong } = await interleaveAtEachCall(labeling, act)
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(50)
  })
})

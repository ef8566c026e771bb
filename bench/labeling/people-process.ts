import type { Ledger } from '../../tools/people/ledger.ts'
import { runPeople } from '../../tools/people/run-people.ts'
import { httpSend, type Send } from '../../tools/people/send.ts'
import { simulatedClock } from '../../tools/people/simulated-clock.ts'
import { serveJobs } from '../serve-jobs.ts'
import { JOB, type OpenedJob, type PeopleFigures, TIME_HEADER } from './jobs.ts'

const HOUR_MILLISECONDS = 3_600_000

await serveJobs<OpenedJob>(labelAll)
process.exit()

/** Lets people who draw well and do nothing else label a job, until nothing is left for any of them. */
async function labelAll({ api, secrets, start }: OpenedJob): Promise<PeopleFigures> {
  let now = start
  let nexts = 0
  let opinions = 0
  const clock = simulatedClock(start, (date) => {
    now = date.getTime()
  })
  const overHttp = httpSend(api, undefined, () => ({ [TIME_HEADER]: String(now) }))
  const send: Send = (request) => {
    if (request.path.endsWith('/next')) nexts += 1
    return overHttp(request)
  }
  const people = secrets.map((secret, index) => ({
    name: `person-${index + 1}`,
    kind: 'good' as const,
    seed: index,
    access: { secret },
  }))
  const ledger: Ledger = {
    record: ({ counted, answer }) => {
      if (counted && answer !== 'declined') opinions += 1
    },
  }
  const reports = await runPeople(people, { send, clock, ledger, job: JOB, seed: 1 })
  const sum = (count: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((total, report) => total + count(report), 0)
  return {
    acknowledged: sum((report) => report.acknowledged),
    opinions,
    refused: sum(({ refused }) => Object.values(refused).reduce((total, count) => total + count, 0)),
    waits: sum(({ waits }) => waits),
    early: sum(({ early }) => early),
    nexts,
    hours: (now - start) / HOUR_MILLISECONDS,
  }
}

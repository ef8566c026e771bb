import { startNode } from '../child.ts'
import type { Options } from '../options.ts'
import type { Row, Section } from '../report.ts'
import { roundTo } from '../statistics.ts'
import { withServers } from '../with-servers.ts'
import {
  type FinishedJob,
  type FunctionsJob,
  JOBS,
  type MeasuredJob,
  type OpenedJob,
  type PeopleFigures,
  QUICK_JOBS,
} from './jobs.ts'

interface Measured {
  readonly row: Row
  readonly failures: readonly string[]
}

/** Counts the S3 requests that labeling costs, at the S3 server. */
export async function labelingSection({ quick }: Options): Promise<Section> {
  const measured: Measured[] = []
  for (const job of quick ? QUICK_JOBS : JOBS) measured.push(await measureJob(job))
  return {
    section: 'labeling',
    title: 'S3 requests an answer, the result and the files of worker responses included',
    rows: measured.map(({ row }) => row),
    notes: [
      'people, functions and S3 are processes of their own; people call over HTTP, and one of them labels an image in about 14 seconds',
      'time is simulated: it passes when everybody is drawing or waiting. Each function has one instance',
      'the images that browsers fetch are not counted, nor are the calls of the owner of the job',
    ],
    failures: measured.flatMap(({ failures }) => failures),
  }
}

function measureJob(job: MeasuredJob): Promise<Measured> {
  return withServers(async ({ environment, countRequests }) => {
    const functions = startNode(['bench/labeling/functions-process.ts'], environment)
    const people = startNode(['bench/labeling/people-process.ts'], environment)
    // Each process answers each kind of job with its type.
    const run = async <Answer>(message: FunctionsJob): Promise<Answer> =>
      (await functions.run(message)).result as Answer
    try {
      const opened = await run<OpenedJob>({ do: 'open', ...job })
      await countRequests()
      const figures = (await people.run(opened)).result as PeopleFigures
      await run<void>({ do: 'deliver' })
      const { s3 } = await countRequests()
      return toMeasured(job, figures, await run<FinishedJob>({ do: 'describe' }), s3)
    } finally {
      await Promise.all([people.stop(), functions.stop()])
    }
  })
}

/** Pure. */
function toMeasured(
  { images, workersPerObject, people, maxRequests }: MeasuredJob,
  { opinions, acknowledged, refused, waits, early, nexts, hours }: PeopleFigures,
  finished: FinishedJob,
  requests: Readonly<Record<string, number>>,
): Measured {
  const name = `${images.toLocaleString('en-US')} × ${workersPerObject}, ${people} people`
  const perAnswer = (count: number): number => roundTo(count / acknowledged)
  const total = Object.values(requests).reduce((all, count) => all + count, 0)
  const row = {
    job: name,
    'requests/answer': perAnswer(total),
    ...Object.fromEntries(Object.entries(requests).map(([kind, count]) => [kind, perAnswer(count)])),
    answers: acknowledged,
    nexts,
    waits,
    hours: roundTo(hours),
  }
  const failures = [
    ...(finished.because === 'Completed' || workersPerObject === people
      ? []
      : [`${name} ended as ${finished.because}`]),
    ...(finished.labeled === images ? [] : [`${name} has ${finished.labeled} labeled images`]),
    ...(finished.opinions === opinions && refused === 0
      ? []
      : [`${name}: people gave ${opinions} opinions, ${finished.opinions} count, ${refused} answers were refused`]),
    ...(early === 0 ? [] : [`${name}: ${early} calls of next were too early`]),
    ...(maxRequests === undefined || total / acknowledged <= maxRequests
      ? []
      : [`${name} takes ${total / acknowledged} requests an answer, more than ${maxRequests}`]),
  ]
  return { row, failures }
}

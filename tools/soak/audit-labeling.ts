import { findLost, findTwice, type LedgerEntry, type ResultAnswer } from '../people/ledger.ts'
import { readResult, responsesFolder } from '../people/result.ts'
import { type Evidence, readJson } from './evidence.ts'
import type { Findings } from './findings.ts'

/** Labeling jobs that must have ended, and what the people who worked on them were told. */
export interface Labor {
  readonly jobs: readonly { readonly job: string; readonly batch: string }[]
  readonly ledger: readonly LedgerEntry[]
  /** Names of the people, as in the ledger, by their pseudonyms. */
  readonly names: ReadonlyMap<string, string>
}

type Bucket = Pick<Evidence, 'objects' | 'events'>

/** A line of a block has this many neighbors: so many answers too many may come of a lease that has expired. */
const BLOCK_LINES = 10
const WORK_FOLDER = 'system/labeling-work/'
const JOB_FOLDER = 'system/labeling-jobs/'

/**
 * Compares labeling jobs with what people were told: every answer that was acknowledged as counted is in the result, no
 * answer is there twice, every line has its opinions or a reason, and nothing is left of other jobs. Reads the bucket
 * without the code that wrote it. Pure.
 */
export function auditLabeling(labor: Labor, bucket: Bucket): Findings {
  const found = labor.jobs.map((one) => auditJob(one, labor, bucket))
  return {
    lost: found.flatMap(({ lost }) => lost),
    doubled: found.flatMap(({ doubled }) => doubled),
    left: findLeft(labor, bucket),
  }
}

function auditJob({ job, batch }: Labor['jobs'][number], labor: Labor, bucket: Bucket): Omit<Findings, 'left'> {
  const work = readJson(bucket, `${WORK_FOLDER}${job}/work.json`)
  if (!work?.end)
    return { lost: [`${job} has not ended: ${work ? 'its work goes on' : 'it has no work'}`], doubled: [] }
  const entries = labor.ledger.filter((entry) => entry.job === job)
  const folder = responsesFolder(batch, job)
  const files = [...bucket.objects].flatMap(([key, bytes]) =>
    key.startsWith(folder) ? [[key.slice(folder.length), bytes.toString()] as const] : [],
  )
  const result = readResult(files, labor.names)
  const shards = readShards(`${WORK_FOLDER}${job}/${work.workId}/shards/`, bucket)
  const lost = [
    ...findLost(entries, result),
    ...auditShards(work, shards),
    ...auditManifest(work, batch, bucket),
    ...auditEnd(work, bucket),
  ]
  const doubled = [...findTwice(result), ...findSurplus(work, shards, result, entries), ...findSecondEvent(job, bucket)]
  return { lost: lost.map((what) => `${job}: ${what}`), doubled: doubled.map((what) => `${job}: ${what}`) }
}

type Json = ReturnType<typeof readJson>

const readShards = (folder: string, bucket: Bucket): Json[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(folder)).map((key) => readJson(bucket, key))

/** Each shard is closed, and where it is closed as complete, each of its lines has its opinions or was declined. */
function auditShards(work: Json, shards: readonly Json[]): string[] {
  const lines = shards.reduce((sum, shard) => sum + shard.lines, 0)
  const wrong = shards.flatMap(({ shard, firstLine, lines: count, answers, skipped, closed, leases }) => {
    if (!closed || leases.length > 0) return [`shard ${shard} is not closed`]
    if (closed.because !== 'complete') return []
    const numbers = Array.from({ length: count }, (_, index) => firstLine + index)
    const open = numbers.filter((line) => {
      const given: string[] = answers[line] ?? []
      const declined = given.filter((answer) => answer.endsWith('.declined')).length
      return Math.max(declined, given.length - declined) < work.workersPerObject && !skipped.includes(line)
    })
    return open.map((line) => `line ${line} has not enough opinions: ${answers[line]}`)
  })
  return lines === work.lines ? wrong : [...wrong, `the shards have ${lines} of ${work.lines} lines`]
}

/** The output manifest has each line once, with a label or a reason, and as many of each as the counters say. */
function auditManifest(work: Json, batch: string, { objects }: Bucket): string[] {
  const text = objects.get(`data/${batch}/${work.job}/manifests/output/output.manifest`)?.toString() ?? ''
  const lines: Json[] = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  const name: string = work.labelAttributeName
  const labeled = lines.filter((line) => line[name] !== undefined).length
  const failed = lines.filter((line) => line[`${name}-metadata`]?.['failure-reason'] !== undefined).length
  const { counters, status } = work.end
  const sources = new Set(lines.map((line) => line['source-ref']))
  return [
    ...(lines.length === work.lines && sources.size === work.lines
      ? []
      : [`the manifest has ${lines.length} lines of ${sources.size} images, not ${work.lines}`]),
    ...(labeled === counters.labeled + work.alreadyLabeled && failed === counters.failed
      ? []
      : [`the manifest has ${labeled} labels and ${failed} failures, the counters ${JSON.stringify(counters)}`]),
    ...(status === 'Completed' && counters.unlabeled > 0
      ? [`it is complete with ${counters.unlabeled} unlabeled`]
      : []),
  ]
}

/** The job has the end of its work, and its event says the same. */
function auditEnd({ job, end: { status, counters } }: Json, bucket: Bucket): string[] {
  const record = readJson(bucket, `${JOB_FOLDER}${job}.json`)
  const isRecorded = record?.end?.status === status && record.end.counters.labeled === counters.labeled
  const event = bucket.events.find((one) => one.data.job === job)
  const type = `labeling-job.${status.toLowerCase()}`
  const isSaid = event?.type === type && (event.data.counters as Json).labeled === counters.labeled
  return [
    ...(isRecorded ? [] : [`its record says ${record?.end?.status}, not ${status}`]),
    ...(isSaid ? [] : [`its event is ${JSON.stringify(event)}, not ${type}`]),
  ]
}

/** The end of a job is told once: all events of it have one id. */
function findSecondEvent(job: string, { events }: Bucket): string[] {
  const ids = new Set(events.filter(({ data }) => data.job === job).map(({ id }) => id))
  return ids.size > 1 ? [`it has ${ids.size} events`] : []
}

/** Lines get more opinions than were asked for only where a lease has expired, or somebody has changed an answer. */
function findSurplus(
  { workersPerObject }: Json,
  shards: readonly Json[],
  result: readonly ResultAnswer[],
  entries: readonly LedgerEntry[],
): string[] {
  const surplus = [...Map.groupBy(result, ({ line }) => line).values()]
    .map((answers) => Math.max(0, answers.length - workersPerObject))
    .reduce((sum, count) => sum + count, 0)
  const expired = shards.flatMap(({ handBacks }) => handBacks).filter((one) => one.expired).length
  const changed = entries.filter(({ revision = 1 }) => revision > 1).length
  return surplus <= BLOCK_LINES * expired + changed
    ? []
    : [`${surplus} opinions too many with ${expired} expired leases and ${changed} changed answers`]
}

/** Finds objects of jobs that do not exist any more. */
function findLeft({ jobs }: Labor, { objects }: Bucket): string[] {
  const known = jobs.flatMap(({ job }) => [`${WORK_FOLDER}${job}/`, `${JOB_FOLDER}${job}.json`])
  return [...objects.keys()]
    .filter((key) => key.startsWith(WORK_FOLDER) || key.startsWith(JOB_FOLDER))
    .filter((key) => !known.some((one) => key.startsWith(one)))
    .map((key) => `${key} belongs to a labeling job that is gone`)
}

import { PURPOSES } from '../../shared/contracts/labeling-answer.ts'
import { answerRef } from '../../shared/labeling/engine/answer.ts'
import { workFolder } from '../../shared/labeling/engine/folders.ts'
import { countedFor, type Shard } from '../../shared/labeling/engine/shard.ts'
import { BLOCK_LINES, toShard, type Work } from '../../shared/labeling/engine/work.ts'
import { parseOutputLine } from '../../shared/manifests/output/line.ts'
import { JOB } from '../support/fixtures/open-work.ts'
import { jsonAt, keysUnder, textAt } from '../support/world/bucket-contents.ts'
import { eventsIn, wrongInEvents } from '../support/world/events.ts'
import type { World } from '../support/world/world.ts'
import type { GivenAnswer, Ledger } from './serving-people.ts'
import { askedLines, MANIFEST, opinionsOn, RESPONSES, recordAt, shardsAt, workAt } from './serving-records.ts'

/** Lists what must never be: answers that are lost, or that are there twice, or more than were asked for. */
export function wrongInServing(world: World, ledger: Ledger): string[] {
  const work = workAt(world)
  const shards = shardsAt(world, work)
  return [
    ...findLost(world, work, shards, ledger),
    ...shards.flatMap(findTwice),
    ...findStoredTwice(world, work),
    ...shards.flatMap((shard) => findMistaken(world, work, shard)),
    ...findSurplus(shards, work),
    ...ledger.otherResults,
    ...(work.end ? wrongInResult(world, work, shards) : []),
    ...wrongInEvents(world),
  ]
}

/**
 * Of the answers of a worker to a line that were acknowledged as counted, the one with the highest revision is counted, or
 * will be as soon as its lease ends, unless the worker has replaced it.
 */
function findLost(world: World, work: Work, shards: readonly Shard[], { given }: Ledger): string[] {
  const byTask = Map.groupBy(given, ({ line, worker, purpose }) => `${line} ${worker} ${purpose}`)
  return [...byTask.values()].flatMap((answers) => {
    const acknowledged = answers.filter(({ receipt }) => receipt?.counted)
    const latest = acknowledged.toSorted((one, other) => revisionOf(other) - revisionOf(one))[0]
    if (!latest) return []
    const { line, worker, purpose } = latest
    const shard = shards[toShard(line)]
    const counted = shard && countedFor(shard, line, purpose).find((one) => one.worker === worker)
    const isHeld = shard?.leases.some(
      (lease) => lease.worker === worker && lease.purpose === purpose && lease.lines.includes(line),
    )
    // What is not counted when a shard is closed never will be.
    const revision = counted?.revision ?? (isHeld && !shard?.closed ? revisionOf(latest) : 0)
    if (revision < revisionOf(latest)) return [`the answer of ${worker} to line ${line} is lost`]
    const stored = recordAt(world, answerRef(work, { line, worker, revision, purpose }))
    const possible = revision === revisionOf(latest) ? [latest] : answers
    const isRight = possible.some(({ submitId, answer }) => submitId === stored?.submitId && answer === stored.answer)
    return isRight ? [] : [`${worker} has answered line ${line} otherwise: ${stored?.submitId} counts`]
  })
}

const revisionOf = ({ receipt }: GivenAnswer): number => receipt?.revision ?? 0

const findTwice = (shard: Shard): string[] =>
  askedLines(shard).flatMap((line) => {
    // Whoever has drawn an image is not asked to check it.
    const workers = [undefined, 'check' as const].flatMap((purpose) =>
      countedFor(shard, line, purpose).map(({ worker }) => worker),
    )
    return new Set(workers).size === workers.length ? [] : [`line ${line} has two answers of one worker: ${workers}`]
  })

/** One who declines has no opinion, so that somebody else is asked. */
const findMistaken = (world: World, work: Work, shard: Shard): string[] =>
  askedLines(shard).flatMap((line) =>
    opinionsOn(shard, line)
      .filter(({ worker, revision }) => {
        const stored = recordAt(world, answerRef(work, { line, worker, revision }))
        return stored?.answer === 'declined'
      })
      .map(({ worker }) => `${worker} has declined line ${line}, and counts as an opinion`),
  )

/** An answer is stored once, however often its request was repeated. */
function findStoredTwice(world: World, work: Work): string[] {
  const folder = `${workFolder(work)}answers/`
  const ids = keysUnder(world, folder).map((name): string => jsonAt(world, folder + name).submitId)
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is stored twice`)
}

/** Somebody else gets an image only if a lease has expired; then both may answer it. */
function findSurplus(shards: readonly Shard[], { workersPerObject }: Work): string[] {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
  const surplus = shards.flatMap((shard) =>
    askedLines(shard).map((line) => Math.max(0, opinionsOn(shard, line).length - workersPerObject)),
  )
  const left = shards.flatMap((shard) =>
    shard.handBacks
      .filter(({ expired }) => expired)
      .map(({ answered }) => Math.min(BLOCK_LINES, askedLines(shard).length) - answered),
  )
  return sum(surplus) <= sum(left) ? [] : [`${sum(surplus)} opinions too many, ${sum(left)} lines were left`]
}

/** The result has exactly the answers that count, and a label or a reason for every line. */
function wrongInResult(world: World, work: Work, shards: readonly Shard[]): string[] {
  const { counters, status, outputManifestUri } = work.end ?? {}
  const sum = counters && counters.labeled + counters.failed + counters.unlabeled
  const open = shards.filter(({ closed }) => !closed).map(({ shard }) => `shard ${shard} is open after the end`)
  const lines = (textAt(world, MANIFEST) ?? '').split('\n').slice(0, -1)
  const asked = shards.flatMap((shard) => askedLines(shard).map((line) => ({ shard, line })))
  if (status === 'Failed' && outputManifestUri === undefined) return open
  return [
    ...open,
    ...(sum === asked.length ? [] : [`the counters add up to ${sum}`]),
    ...(lines.length === work.lines ? [] : [`the manifest has ${lines.length} lines`]),
    ...(status === 'Failed'
      ? []
      : asked.flatMap((one) => wrongInLine(world, work, { ...one, text: lines[one.line - 1] }))),
  ]
}

interface WrittenLine {
  readonly shard: Shard
  readonly line: number
  readonly text: string | undefined
}

function wrongInLine(world: World, work: Work, { shard, line, text = '' }: WrittenLine): string[] {
  const opinions = opinionsOn(shard, line)
  const others = PURPOSES.flatMap((purpose) => opinionsOn(shard, line, purpose).map((one) => ({ ...one, purpose })))
  const files = keysUnder(world, `${RESPONSES}${line - 1}/`)
  const written: WrittenResponse[] = files.flatMap((name) => jsonAt(world, `${RESPONSES}${line - 1}/${name}`).answers)
  const expected = [...opinions, ...others].map((one) => {
    const { worker, purpose, answer, boxes = [] } = recordAt(world, answerRef(work, { ...one, line })) ?? {}
    return [worker, purpose, ...(purpose === 'check' ? [answer] : []), ...boxes.map(({ left }) => left)].join(' ')
  })
  const found = written.map(({ workerId, purpose, answerContent: { boundingBox } }) => {
    const { label, boundingBoxes = [] } = boundingBox
    return [workerId, purpose, ...(purpose === 'check' ? [label] : []), ...boundingBoxes.map(({ left }) => left)].join(
      ' ',
    )
  })
  const isSame = JSON.stringify(found.toSorted()) === JSON.stringify(expected.toSorted())
  const { outcome } = parseOutputLine(text, work.labelAttributeName)
  const labels = opinions.filter(({ noLabel }) => !noLabel).length
  const isLabeled = labels > 0 && 2 * labels >= opinions.length
  const isRight = isLabeled ? outcome === 'labeled' : outcome === 'failed' || shard.closed?.because === 'stopped'
  return [
    ...(isSame ? [] : [`line ${line} has the responses ${found}, but ${expected} count`]),
    ...(isRight ? [] : [`line ${line} is ${outcome} with ${labels} of ${opinions.length} labels`]),
  ]
}

/** An answer in a file of worker responses, as stored. */
interface WrittenResponse {
  readonly workerId: string
  readonly purpose?: string
  readonly answerContent: {
    readonly boundingBox: { readonly label?: string; readonly boundingBoxes?: readonly { readonly left: number }[] }
  }
}

/** What a scenario comes to. */
export interface Expected {
  readonly status: 'Completed' | 'Stopped'
  /** Lines that have all opinions that they need. */
  readonly complete: number
  /** Leases that have expired; undefined where that depends on the fault. */
  readonly expired: number | undefined
  /** Labels on which workers differ, or that lack a box; of a job with checks. */
  readonly disputed?: number
}

/** Lists what is missing for a job to have ended, and every line with it. */
export function notEnded(world: World, expected: Expected | undefined): string[] {
  const work = workAt(world)
  const state = jsonAt(world, `system/labeling-jobs/${JOB}.json`)
  const { status } = work.end ?? {}
  return [
    ...(status ? [] : ['the work has not ended']),
    ...(state?.end?.status === status && !state?.pendingEvents ? [] : ['the job has not learned of its end']),
    ...(eventsIn(world).length > 0 ? [] : ['the event is not published']),
    ...(!expected ? [] : differences(shardsAt(world, work), work, expected)),
  ]
}

function differences(shards: readonly Shard[], work: Work, expected: Expected): string[] {
  const complete = shards.flatMap((shard) =>
    askedLines(shard).filter((line) => opinionsOn(shard, line).length >= work.workersPerObject),
  )
  const expired = shards.flatMap(({ handBacks }) => handBacks.filter((one) => one.expired))
  return [
    ...(work.end?.status === expected.status ? [] : [`the work has ended as ${work.end?.status}`]),
    ...(expected.disputed === undefined || work.end?.disputed === expected.disputed
      ? []
      : [`${work.end?.disputed} labels are disputed`]),
    ...(complete.length === expected.complete ? [] : [`${complete.length} lines have all their opinions`]),
    ...(expired.length === (expected.expired ?? expired.length) ? [] : [`${expired.length} leases have expired`]),
  ]
}

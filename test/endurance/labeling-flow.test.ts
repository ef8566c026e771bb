import { beforeAll, describe, expect, it } from '@jest/globals'
import type { AnnotationItem } from '../../shared/manifests/output/annotations.ts'
import { overlap } from '../../tools/people/draw.ts'
import { compareWithResult } from '../../tools/people/ledger.ts'
import { type LabeledJob, type LabelingProject, openProject } from '../support/people/labeling-project.ts'
import { wrongInPolls } from '../support/people/wrong-in-polls.ts'

const IMAGES = 1000
/** A block has so many images, of which somebody who is too late may answer each. */
const BLOCK = 10
/** What is on every image. */
const CAT = { className: 'Cat', left: 100, top: 50, width: 200, height: 100 }
/** A box this close is left as it is, and verified as correct. */
const GOOD_OVERLAP = 0.85
/** As close as somebody draws who leaves some room around each object. */
const CLOSE_OVERLAP = 0.75

/** A job, and what is expected of it. */
interface Chapter extends LabeledJob {
  readonly total: number
  readonly workersPerObject: number
}

const chapters = new Map<string, Chapter>()
let project: LabelingProject

const chapter = (name: string): Chapter => {
  const found = chapters.get(name)
  if (!found) throw new Error(`There is no job ${name}`)
  return found
}

/** Five jobs, one after the other: each is one request, and people work on it until nothing is left for them. */
beforeAll(async () => {
  project = await openProject(IMAGES, ['good', 'loose', 'sloppy', 'spammer', 'leaves'])
  const careful = project.people.filter(({ kind }) => kind === 'good' || kind === 'loose' || kind === 'leaves')
  const add = async (name: string, total: number, workersPerObject: number, labeling: Promise<LabeledJob>) =>
    void chapters.set(name, { total, workersPerObject, ...(await labeling) })

  await add('drawn', IMAGES, 2, project.label('drawn', { workersPerObject: 2 }))

  const adjust = { mode: 'adjust', boxesFrom: { job: 'drawn' } }
  await add('adjusted', IMAGES, 1, project.label('adjusted', adjust, { people: careful }))

  // An image whose adjustment failed, because somebody declined it, has no boxes to verify.
  const verify = { mode: 'verify', boxesFrom: { job: 'adjusted' } }
  const { labeled } = chapter('adjusted').view.counters
  await add('verified', labeled, 1, project.label('verified', verify, { people: careful }))

  let isStopped = false
  const stopHalfway = project.label(
    'stopped',
    {},
    {
      onPoll: async ({ job }) => {
        if (isStopped || job.counters.labeled < IMAGES / 2) return
        isStopped = true
        await project.call({ method: 'POST', path: '/v1/labeling-jobs/stopped/stop' })
      },
    },
  )
  await add('stopped', IMAGES, 1, stopHalfway)

  const left = IMAGES - chapter('stopped').view.counters.labeled
  await add('continued', left, 1, project.label('continued', { continueFrom: 'stopped' }))
})

const JOBS = ['drawn', 'adjusted', 'verified', 'stopped', 'continued']

const linesWith = ({ annotations }: LabeledJob, outcome: AnnotationItem['outcome']): number[] =>
  annotations.filter((item) => item.outcome === outcome).map(({ line }) => line)

describe('1,000 images that five people label over HTTP', () => {
  it.each(JOBS)('add up each time that the owner looks, and nothing goes back: %s', (name) => {
    const { polls, total, workersPerObject } = chapter(name)
    expect(polls.length).toBeGreaterThan(5)
    expect(new Set(polls.map(({ job }) => job.progressPercent)).size).toBeGreaterThan(4)
    expect(wrongInPolls(polls, { total, workersPerObject, people: project.people.length })).toEqual([])
  })

  it.each(JOBS)('end with one event, which says what the job says: %s', (name) => {
    const { polls, view } = chapter(name)
    const { status, counters, output, outputManifestUri } = view
    expect(status).toBe(name === 'stopped' ? 'Stopped' : 'Completed')
    expect(polls.at(-1)?.events).toEqual([
      {
        type: `labeling-job.${status.toLowerCase()}`,
        timestamp: view.updatedAt,
        data: expect.objectContaining({ job: name, batch: 'b', status, counters, output, outputManifestUri }),
      },
    ])
    expect(counters).toEqual(polls.at(-1)?.job.counters)
  })

  it.each(JOBS)('have every answer that was acknowledged as counted, and none twice: %s', (name) => {
    const { ledger, result } = chapter(name)
    expect(ledger.length).toBeGreaterThan(400)
    expect(compareWithResult(ledger, result)).toEqual([])
  })

  it.each(JOBS)('each have their opinions in the end, or a reason why not: %s', (name) => {
    const { view, annotations, total, workersPerObject, result, lines } = chapter(name)
    const { counters, alreadyLabeled = 0, expiredLeases = 0 } = view
    expect(annotations.map(({ line }) => line)).toEqual(Array.from({ length: lines.length }, (_, index) => index + 1))
    expect(lines).toHaveLength(total + alreadyLabeled)
    const labels = annotations.filter(({ outcome }) => outcome === 'labeled' || outcome === 'verified')
    expect(labels).toHaveLength(counters.labeled + alreadyLabeled)
    expect(linesWith(chapter(name), 'failed')).toHaveLength(counters.failed)
    expect(linesWith(chapter(name), 'unlabeled')).toHaveLength(counters.unlabeled)
    const opinions = new Map(Map.groupBy(result, ({ line }) => line))
    const few = labels.filter(({ line }) => (opinions.get(line)?.length ?? 0) < workersPerObject)
    expect(few).toHaveLength(alreadyLabeled)
    const surplus = result.length - workersPerObject * counters.labeled
    expect(surplus).toBeLessThanOrEqual(BLOCK * expiredLeases)
  })

  it('are left by somebody in the middle, and wait for nobody else', () => {
    const { reports, view } = chapter('drawn')
    expect(reports.map(({ kind, ended }) => [kind, ended])).toEqual([
      ['good', 'done'],
      ['loose', 'done'],
      ['sloppy', 'done'],
      ['spammer', 'done'],
      ['leaves', 'left'],
    ])
    expect(view).toMatchObject({ status: 'Completed', expiredLeases: 1, counters: { unlabeled: 0 } })
  })

  it('get better boxes when careful people adjust them', () => {
    const share = (name: string): number => {
      const labeled = chapter(name).annotations.filter((item) => item.outcome === 'labeled')
      return labeled.filter(({ boxes }) => isRight(boxes, CLOSE_OVERLAP)).length / labeled.length
    }
    expect(share('adjusted')).toBeGreaterThan(0.95)
    expect(share('adjusted')).toBeGreaterThan(share('drawn'))
  })

  it('are verified as correct where the boxes are', () => {
    const boxes = new Map(chapter('adjusted').lines.map((text) => readBoxes(text)))
    const said = chapter('verified').annotations.filter((item) => item.outcome === 'verified')
    expect(said.length).toBeGreaterThan(900)
    const wrong = said.filter(
      ({ verdict, sourceRef }) => (verdict === 'correct') !== isRight(boxes.get(sourceRef) ?? [], GOOD_OVERLAP),
    )
    expect(wrong).toEqual([])
  })

  it('are all labeled once, by a job that was stopped and the one that continues it', () => {
    const [stopped, continued] = [chapter('stopped'), chapter('continued')]
    expect(stopped.view.counters.unlabeled).toBeGreaterThan(IMAGES / 4)
    const before = linesWith(stopped, 'labeled').map((line) => stopped.lines[line - 1])
    const labeled = continued.annotations.filter((item) => item.outcome === 'labeled')
    const byJob = Map.groupBy(labeled, (item) => item.jobName)
    // What was labeled before passes through byte for byte.
    expect(toLines(byJob.get('stopped'), continued).toSorted()).toEqual(before.toSorted())
    // Each image is asked for once: one that is declined has failed.
    const declined = continued.ledger.filter(({ answer }) => answer === 'declined').map(({ line }) => line)
    expect(linesWith(continued, 'failed')).toEqual(declined.toSorted((one, other) => one - other))
    expect(byJob.get('continued')).toHaveLength(IMAGES - before.length - declined.length)
    expect(new Set(continued.annotations.map(({ sourceRef }) => sourceRef)).size).toBe(IMAGES)
  })

  it('are never asked for before the time that a reply has named', () => {
    expect(project.early).toEqual([])
    const reports = [...chapters.values()].flatMap((one) => one.reports)
    expect(reports.reduce((sum, { waits }) => sum + waits, 0)).toBeGreaterThan(5)
    expect(reports.filter(({ early }) => early > 0)).toEqual([])
  })
})

/** Returns the stored lines of annotations. */
const toLines = (items: readonly AnnotationItem[] = [], { lines }: LabeledJob): (string | undefined)[] =>
  items.map(({ line }) => lines[line - 1])

interface Edges {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Whether the cat is found, and nothing else. */
const isRight = ([box, ...others]: readonly Edges[], minOverlap: number): boolean =>
  box !== undefined && others.length === 0 && overlap({ ...box, className: 'Cat' }, CAT) >= minOverlap

/** Returns the image of a line of an output manifest, and its adjusted boxes. */
function readBoxes(text: string): [source: string, boxes: Edges[]] {
  const line = JSON.parse(text)
  return [line['source-ref'], line.adjusted?.annotations ?? []]
}

import { describe, expect, it } from '@jest/globals'
import { AppError } from '../../../shared/contracts/errors.ts'
import type { LabelingJobPreview } from '../../../shared/contracts/labeling-job.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import {
  copiedPorts,
  copyAgain,
  create,
  end,
  endAndPublish,
  endOwn,
  jobFor,
  ownJobFor,
  textAt,
} from '../../support/fixtures/labeling-jobs.ts'
import { toCopyUri } from '../../support/fixtures/pets.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { putLines, write } from './copied-batches.ts'

const createOwn = (ports: MemoryPorts, job: string, changes: Record<string, unknown> = {}) =>
  createJob(job, ownJobFor(changes), ports)

const preview = async (ports: MemoryPorts, changes: Record<string, unknown>) =>
  (await previewJob('previewed', ownJobFor(changes), ports)) as LabelingJobPreview

const inputLines = (ports: MemoryPorts, job: string): Record<string, unknown>[] =>
  (textAt(ports, `data/b/manifests/${job}/input.manifest`) ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const issuesOf = async (attempt: Promise<unknown>): Promise<string[]> => {
  const error = await attempt.catch((thrown: unknown) => thrown)
  if (!(error instanceof AppError)) throw new Error('nothing was refused', { cause: error })
  return error.issues.map(({ at }) => at)
}

/** Returns ports with a job `drawn` that has ended with three labels, one of them without boxes. */
async function drawnPorts(): Promise<MemoryPorts> {
  const ports = await copiedPorts()
  await createOwn(ports, 'drawn')
  await endOwn(ports, 'drawn', 'Completed', ['labeled', 'empty', 'labeled', 'expired', 'unlabeled'])
  return ports
}

/** Stores results of a job whose boxes take more than SageMaker accepts in one attribute. */
function putLongOutput(ports: MemoryPorts, job: string): void {
  const box = {
    class_id: 0,
    left: 10.12345678901234,
    top: 20.12345678901234,
    width: 30.12345678901234,
    height: 40.5,
  }
  const label = (boxes: number) => ({
    labels: { annotations: Array(boxes).fill(box), image_size: [{ width: 400, height: 200, depth: 3 }] },
    'labels-metadata': {
      objects: Array(boxes).fill({ confidence: 1 }),
      'class-map': { 0: 'Cat' },
      type: 'groundtruth/object-detection',
      'human-annotated': 'yes',
      'creation-date': '2026-01-02T03:04:05.000001',
      'job-name': `labeling-job/${job}`,
    },
  })
  const lines = [1, 400, 1, 1, 0].map((boxes, index) => ({
    'source-ref': toCopyUri('b', index + 1),
    ...(boxes > 0 && label(boxes)),
  }))
  putLines(
    ports,
    `data/b/${job}/manifests/output/output.manifest`,
    lines.map((line) => JSON.stringify(line)),
  )
}

describe('boxesFrom', () => {
  it.each(['adjust', 'verify'])('takes the boxes of another job to %s, and leaves out images without', async (mode) => {
    const ports = await drawnPorts()
    await createOwn(ports, 'next', { mode, boxesFrom: { job: 'drawn' } })
    const lines = inputLines(ports, 'next')
    expect(lines.map((line) => line['source-ref'])).toEqual([1, 2, 3].map((number) => toCopyUri('b', number)))
    expect(lines.every((line) => 'labels' in line)).toBe(true)
    const found = await preview(ports, { mode, boxesFrom: { job: 'drawn' } })
    expect(found).toMatchObject({
      objects: 3,
      objectsFrom: 'job',
      priorAttribute: 'labels',
      labelAttributeName: mode === 'adjust' ? 'adjusted' : 'verified',
      omittedByOutcome: { 'not-labeled': 2 },
    })
  })

  it('names the next label attribute when adjusted boxes are adjusted again', async () => {
    const ports = await drawnPorts()
    await createOwn(ports, 'second', { mode: 'adjust', boxesFrom: { job: 'drawn' } })
    const lines = inputLines(ports, 'second').map((line) =>
      JSON.stringify({ ...line, adjusted: line.labels, 'adjusted-metadata': line['labels-metadata'] }),
    )
    await endOwn(ports, 'second', 'Completed', ['labeled', 'empty', 'labeled'])
    putLines(ports, 'data/b/second/manifests/output/output.manifest', lines)
    const found = await preview(ports, { mode: 'adjust', boxesFrom: { job: 'second' } })
    expect(found).toMatchObject({ objects: 3, priorAttribute: 'adjusted', labelAttributeName: 'adjusted-2' })
  })

  it('takes the boxes of Open Images although the manifest has others', async () => {
    const ports = await copiedPorts()
    await write(ports)
    const others = textAt(ports, 'data/b/manifests/input.manifest')?.trimEnd().split('\n') ?? []
    const metadata = { type: 'groundtruth/object-detection', 'class-map': { 0: 'Cat' }, 'human-annotated': 'yes' }
    const mine = { annotations: [], image_size: [{ width: 400, height: 200, depth: 3 }] }
    putLines(
      ports,
      'data/b/manifests/input.manifest',
      others.map((line) => JSON.stringify({ ...JSON.parse(line), mine, 'mine-metadata': metadata })),
    )
    expect((await preview(ports, { mode: 'adjust' })).priorAttribute).toBe('mine')
    const found = await preview(ports, { mode: 'adjust', boxesFrom: 'open-images' })
    expect(found.priorAttribute).toBe('open-images-boxes')
  })

  it('takes the boxes of a job at SageMaker', async () => {
    const ports = await copiedPorts()
    await create(ports, 'drawn')
    await endAndPublish(ports, 'drawn', 'Completed', ['labeled', 'labeled', 'labeled', 'labeled', 'labeled'])
    expect(await preview(ports, { mode: 'adjust', boxesFrom: { job: 'drawn' } })).toMatchObject({ objects: 5 })
  })

  it.each([
    [{ boxesFrom: 'open-images' }, 'body.boxesFrom'],
    [{ boxesFrom: { job: 'drawn' } }, 'body.boxesFrom'],
    [{ mode: 'adjust', boxesFrom: { job: 'nobody' } }, 'body.boxesFrom'],
    [{ mode: 'adjust', boxesFrom: { job: 'running' } }, 'body.boxesFrom'],
    [{ mode: 'adjust', boxesFrom: { job: 'verified' } }, 'body.boxesFrom'],
    [{ mode: 'adjust', boxesFrom: { job: 'drawn' }, labelAttributeName: 'labels' }, 'body.labelAttributeName'],
  ])('is refused as %j', async (changes, at) => {
    const ports = await drawnPorts()
    await createOwn(ports, 'running')
    await createOwn(ports, 'verified', { mode: 'verify' })
    await endOwn(ports, 'verified', 'Completed', [])
    expect(await issuesOf(preview(ports, changes))).toEqual([at])
  })

  it('is refused for a job that continues another, whose boxes it has', async () => {
    const ports = await drawnPorts()
    await createOwn(ports, 'second', { mode: 'adjust', boxesFrom: { job: 'drawn' } })
    await endOwn(ports, 'second', 'Stopped', ['unlabeled', 'unlabeled', 'unlabeled'])
    const changes = { mode: 'adjust', continueFrom: 'second', boxesFrom: { job: 'drawn' } }
    expect(await issuesOf(preview(ports, changes))).toContain('body.boxesFrom')
  })

  it('is refused for a job of an earlier batch with the same name', async () => {
    const ports = await drawnPorts()
    ports.world.stored.delete('s3://work/data/b/batch.json')
    await copyAgain(ports)
    expect(await issuesOf(preview(ports, { mode: 'adjust', boxesFrom: { job: 'drawn' } }))).toEqual(['body.boxesFrom'])
  })

  it('leaves out what does not fit the limits of SageMaker, and nothing for the engine groundwork', async () => {
    const ports = await drawnPorts()
    putLongOutput(ports, 'drawn')
    const changes = { mode: 'adjust', boxesFrom: { job: 'drawn' } }
    expect(await preview(ports, changes)).toMatchObject({ objects: 4, omittedByOutcome: { 'not-labeled': 1 } })
    expect(await previewJob('previewed', jobFor(changes), ports)).toMatchObject({
      objects: 3,
      omittedByOutcome: { 'attribute-too-long': 1, 'not-labeled': 1 },
    })
  })
})

describe('continueFrom across engines', () => {
  it('continues a job of SageMaker with the engine groundwork', async () => {
    const ports = await copiedPorts()
    await create(ports, 'drawn')
    end(ports, 'drawn', 'Stopped', ['labeled', 'empty', 'expired', 'unlabeled', 'unlabeled'])
    await createOwn(ports, 'next', { continueFrom: 'drawn' })
    const lines = inputLines(ports, 'next')
    expect(lines.filter((line) => 'labels' in line)).toHaveLength(2)
    expect(lines.some((line) => 'labels-metadata' in line && !('labels' in line))).toBe(false)
  })

  it('continues a job of the engine groundwork at SageMaker', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'drawn')
    await endOwn(ports, 'drawn', 'Stopped', ['labeled', 'empty', 'expired', 'unlabeled', 'unlabeled'])
    const { state } = await createJob('next', jobFor({ continueFrom: 'drawn' }), ports)
    expect(state).toMatchObject({ lines: 5, alreadyLabeled: 2, labelAttributeName: 'labels' })
  })

  it('leaves out how labels came about where that does not fit SageMaker', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'drawn')
    await endOwn(ports, 'drawn', 'Stopped', ['labeled', 'empty', 'expired', 'unlabeled', 'unlabeled'])
    const key = 'data/b/drawn/manifests/output/output.manifest'
    const longOrigin = { opinions: Array.from({ length: 800 }, () => ({ worker: '0123456789abcdef', seconds: 1.5 })) }
    const lines = (textAt(ports, key) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const line of lines) if (line.labels) line['labels-metadata'].consolidation = longOrigin
    putLines(
      ports,
      key,
      lines.map((line) => JSON.stringify(line)),
    )
    const { state } = await createJob('next', jobFor({ continueFrom: 'drawn' }), ports)
    expect(state).toMatchObject({ lines: 5, alreadyLabeled: 2 })
    expect(inputLines(ports, 'next').some((line) => JSON.stringify(line).includes('"consolidation"'))).toBe(false)
  })

  it('lists the labels that do not fit SageMaker as left out', async () => {
    const ports = await copiedPorts()
    await createOwn(ports, 'drawn')
    await endOwn(ports, 'drawn', 'Stopped', ['labeled', 'labeled', 'labeled', 'labeled', 'unlabeled'])
    putLongOutput(ports, 'drawn')
    const { state } = await createJob('next', jobFor({ continueFrom: 'drawn' }), ports)
    expect(state).toMatchObject({
      lines: 4,
      alreadyLabeled: 3,
      omissions: { omittedByOutcome: { 'attribute-too-long': 1 } },
    })
  })
})

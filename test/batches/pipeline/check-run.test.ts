import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { previewBatch } from '../../../shared/batches/preview.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { registerDataset } from '../../../shared/datasets/register/register.ts'
import { explainEmpty } from '../../../shared/selection/outcome.ts'
import { drain } from '../../support/broker/drain.ts'
import { textAt } from '../../support/fixtures/labeling-jobs.ts'
import { CAT, DOG, imageId, PETS, petsPorts, row } from '../../support/fixtures/pets.ts'
import {
  catchIssues,
  completeRun,
  labelingJob,
  putBatch,
  readCatBatch,
  threeCatPorts,
  threeCatRequest,
} from './cat-run.ts'

describe('checking a run before anything is written', () => {
  it('reports the issues of all steps at once, each at its place', async () => {
    const ports = await threeCatPorts()
    const stored = new Map(ports.world.stored)
    const wrong = {
      classNames: ['Catt'],
      run: 'label',
      labelingJob: { workteamArn: 'team', taskTitle: '', job: 'x' },
    }
    const refusal = {
      code: 'unknown-class',
      at: ['body.classNames[0]', 'body.labelingJob.taskTitle', 'body.labelingJob.workteamArn'],
    }
    expect(await catchIssues(putBatch(ports, wrong))).toEqual(refusal)
    expect(await catchIssues(previewBatch('b', threeCatRequest(wrong), ports))).toEqual(refusal)
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it('refuses invalid fields of a labeling job that the run does not reach yet', async () => {
    const ports = await threeCatPorts()
    const refusal = { code: 'preflight-failed', at: ['body.labelingJob.taskTitle'] }
    const expectRefusal = async (run: string) => {
      const changes = { run, labelingJob: { ...labelingJob, taskTitle: '' } }
      expect(await catchIssues(putBatch(ports, changes))).toEqual(refusal)
      expect(await catchIssues(previewBatch('b', threeCatRequest(changes), ports))).toEqual(refusal)
    }
    await expectRefusal('select')
    await putBatch(ports, { labelingJob })
    await expectRefusal('select')
    await expectRefusal('manifest')
  })

  it('refuses the name of another labeling job, whatever its case', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'label', labelingJob: { ...labelingJob, job: 'cats-1' } })
    for (const job of ['Cats-1', 'cats-1']) {
      const other = threeCatRequest({ run: 'label', labelingJob: { ...labelingJob, job, taskTitle: 'Other' } })
      const message = expect.stringContaining('"cats-1"')
      const refusal = { code: 'conflict', message, issues: [{ at: 'body.labelingJob.job', message }] }
      await expect(createBatch('c', other, ports)).rejects.toMatchObject(refusal)
    }
  })

  it.each([
    ['a job without a name when the name of the batch is not allowed for jobs', 'images', {}, 'body.labelingJob.job'],
    [
      'a label attribute that the known boxes use',
      'b',
      { labelAttributeName: 'open-images-boxes' },
      'body.labelingJob.labelAttributeName',
    ],
    ['a job to continue that does not exist', 'b', { continueFrom: 'none' }, 'body.labelingJob.continueFrom'],
  ])('refuses %s', async (_, batch, changes, at) => {
    const ports = await threeCatPorts()
    const request = threeCatRequest({
      run: 'label',
      manifest: { boxes: 'open-images' },
      labelingJob: { ...labelingJob, ...changes },
    })
    expect((await catchIssues(createBatch(batch, request, ports))).at).toContain(at)
  })

  it('refuses provenance when the dataset has no image list', async () => {
    const ports = await threeCatPorts()
    const { images: _, ...sources } = PETS.sources
    await registerDataset('unlisted', { ...PETS, sources }, { validateOnly: false }, ports)
    await startImport('unlisted', ports)
    await drain(ports)
    const changes = { dataset: 'unlisted', run: 'manifest', manifest: { provenance: true } }
    expect(await catchIssues(putBatch(ports, changes))).toEqual({
      code: 'wrong-state',
      at: ['body.manifest.provenance'],
    })
    expect((await putBatch(ports, { ...changes, run: 'copy' })).outcome).toBe('created')
  })

  it('answers corrupt-state, and never that there is no image list, when the list of the dataset is lost', async () => {
    const ports = await threeCatPorts()
    for (const uri of ports.world.stored.keys())
      if (/raw\/pets\/.*images\.csv$/.test(uri)) ports.world.stored.delete(uri)
    const changes = { run: 'manifest', manifest: { provenance: true } }
    expect(await catchIssues(putBatch(ports, changes))).toMatchObject({ code: 'corrupt-state' })
  })

  it.each([
    [{ run: 'label', labelingJob: { ...labelingJob, batch: 'b' } }, 'labelingJob'],
    [{ manifest: { boxes: 'all' } }, 'manifest.boxes'],
  ])('refuses the request fields %j', (changes, path) => {
    const parsed = BatchRequest.safeParse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3, ...changes })
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path])
  })

  it('previews every step in a dry run, and neither writes nor sends anything', async () => {
    const ports = await threeCatPorts()
    const stored = new Map(ports.world.stored)
    const request = threeCatRequest({
      examplesPerClass: 2,
      run: 'label',
      labelingJob: { ...labelingJob, workersPerObject: 3 },
    })
    const { run: preview, background } = await previewBatch('b', request, ports)
    expect(background).toBe(true)
    expect(preview).toMatchObject({
      upTo: 'label',
      steps: ['select', 'copy', 'manifest', 'label'],
      copy: { images: 2, chunks: 1 },
      manifest: { lines: 2, manifestUri: 's3://work/data/b/manifests/input.manifest' },
      labelingJob: {
        job: 'b',
        objects: 2,
        tasks: 6,
        addsCorsRule: true,
        outputManifestUri: 's3://work/data/b/b/manifests/output/output.manifest',
        warnings: [{ code: 'several-workers' }],
      },
    })
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it('previews only the remaining steps of an existing batch', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'manifest' })
    const { run: preview } = await previewBatch('b', threeCatRequest({ run: 'label', labelingJob }), ports)
    expect(preview).toMatchObject({ steps: ['label'], labelingJob: { objects: 3, tasks: 15 } })
    expect([preview.copy, preview.manifest]).toEqual([undefined, undefined])
  })

  it('does not need the dataset to extend the run of a batch whose images are chosen', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'copy' })
    ports.world.stored.delete('s3://work/data/raw/pets/dataset.json')
    const extended = threeCatRequest({ run: 'manifest' })
    const { recipe, imageCount, classes, cost } = await readCatBatch(ports)
    const selection = { recipe, imageCount, classes, cost }
    expect(await previewBatch('b', extended, ports)).toMatchObject({ ...selection, background: true })
    expect(await previewBatch('b', threeCatRequest(), ports)).toMatchObject({ ...selection, background: false })
    expect((await completeRun(ports, { run: 'manifest' })).state).toBe('done')
  })
})

describe('a run up to a labeling job with no images', () => {
  const cat = { className: 'Cat', classIds: [CAT], available: 0 }
  const toLabelRequest = (changes: Record<string, unknown>) =>
    threeCatRequest({ run: 'label', labelingJob, ...changes })
  const takenBefore = (batchOffset: number) => explainEmpty({ classes: [{ ...cat, available: 2 }], batchOffset })
  const noImage = explainEmpty({ classes: [cat], batchOffset: 0 })
  const rowsOfBoth = [1, 2].flatMap((number) => [row(number, CAT), row(number, DOG)])

  it.each([
    ['when earlier batches hold all images', { batchOffset: 99 }, takenBefore(99)],
    [
      'when another class takes them all',
      { classNames: ['Cat', 'Dog'], examplesPerClass: 1, batchOffset: 1, skipImages: [imageId(2)] },
      takenBefore(1),
    ],
    ['when all images are skipped', { skipImages: [imageId(1), imageId(2)] }, noImage],
  ])('is refused %s, with the same error in a dry run', async (_, changes, reason) => {
    const ports = await petsPorts(rowsOfBoth)
    const stored = new Map(ports.world.stored)
    const refusal = { code: 'preflight-failed', message: expect.stringContaining(reason), issues: [{ at: 'body' }] }
    await expect(createBatch('b', toLabelRequest(changes), ports)).rejects.toMatchObject(refusal)
    await expect(previewBatch('b', toLabelRequest(changes), ports)).rejects.toMatchObject(refusal)
    expect([ports.world.stored, ports.world.sent.tasks]).toEqual([stored, []])
  })

  it.each([
    [
      'creates the job when an image is left',
      { classNames: ['Cat', 'Dog'], examplesPerClass: 1, batchOffset: 1 },
      'done',
    ],
    [
      'fails at its labeling step when only the rows of the box file show that there are none',
      { excludeFlags: ['isOccluded'] },
      'failed',
    ],
  ])('%s', async (_, changes, state) => {
    const occluded = [1, 2].map((number) => row(number, CAT, '1,0,0,0,0'))
    const ports = await petsPorts(state === 'done' ? rowsOfBoth : occluded)
    await previewBatch('b', toLabelRequest(changes), ports)
    const { problem, ...ended } = await completeRun(ports, { run: 'label', labelingJob, ...changes })
    expect([ended.state, ended.step]).toEqual([state, 'label'])
    if (state === 'done') expect(problem).toBeUndefined()
    else expect(problem).toMatchObject({ code: 'preflight-failed', detail: expect.stringContaining(noImage) })
  })
})

describe('a manifest or labeling job in the request that differs from that of the batch', () => {
  it('is refused once its step has begun, naming every field that differs', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'label', labelingJob })
    const manifest = { boxes: 'open-images' }
    const other = { run: 'label', manifest, labelingJob: { ...labelingJob, taskTitle: 'Other' } }
    expect(await catchIssues(putBatch(ports, other))).toEqual({
      code: 'conflict',
      at: ['body.manifest.boxes', 'body.labelingJob.taskTitle'],
    })
    expect((await putBatch(ports, { manifest: {}, labelingJob: { ...labelingJob, job: 'b' } })).outcome).toBe(
      'existing',
    )
  })

  it('is accepted before its step begins', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'copy', manifest: { boxes: 'open-images' } })
    expect((await completeRun(ports, { run: 'manifest', manifest: { boxes: 'none' } })).state).toBe('done')
    expect(textAt(ports, 'data/b/manifests/input.manifest')).not.toContain('"open-images-boxes"')
  })
})

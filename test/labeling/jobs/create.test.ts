import { describe, expect, it } from '@jest/globals'
import { createBatch } from '../../../shared/batches/create.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { updateBatch } from '../../../shared/batches/record/store.ts'
import { BatchRequest } from '../../../shared/contracts/batch.ts'
import { AppError } from '../../../shared/contracts/errors.ts'
import type { JobRequest } from '../../../shared/contracts/labeler.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { recordStateChange } from '../../../shared/labeling/jobs/job-changed.ts'
import { previewJob } from '../../../shared/labeling/jobs/preview.ts'
import { findJob } from '../../../shared/labeling/jobs/store.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import type { Config } from '../../../shared/platform/config.ts'
import { failBatch } from '../../../shared/selection/choose-images.ts'
import { drain } from '../../support/broker/drain.ts'
import {
  allKeys,
  changeServiceJob,
  copiedPorts,
  copiedWorld,
  copyAgain,
  create,
  end,
  endAndPublish,
  jobFor,
  putOutput,
  stateChange,
  textAt,
} from '../../support/fixtures/labeling-jobs.ts'
import { PAGES_RULE } from '../../support/fixtures/pages-rule.ts'
import { CAT, cats, DOG, petsWorld, row, toCopyUri, toSourceUri } from '../../support/fixtures/pets.ts'
import { SimulatedCrash } from '../../support/world/call.ts'
import { eventsIn } from '../../support/world/events.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../../support/world/ports.ts'
import { slowDown } from '../../support/world/slow-calls.ts'

const FOLDER = 'data/b/manifests/cats-1/'
const lines = (ports: MemoryPorts, key = `${FOLDER}input.manifest`): unknown[] =>
  (textAt(ports, key) ?? '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

describe('PUT /v1/labeling-jobs/{job}', () => {
  it('fills in every parameter of the request to the service', async () => {
    const ports = await copiedPorts()
    const { outcome, state } = await create(ports)
    expect([outcome, state.state]).toEqual(['created', 'created'])
    const [request] = ports.world.labeling.requests
    expect(request).toMatchObject({
      job: 'cats-1',
      labelAttributeName: 'labels',
      inputManifestUri: `s3://work/${FOLDER}input.manifest`,
      outputUri: 's3://work/data/b',
      labelCategoriesUri: `s3://work/${FOLDER}label-categories.json`,
      templateUri: `s3://work/${FOLDER}template.liquid.html`,
      roleArn: 'arn:aws:iam::123456789012:role/groundwork-labeling',
      preHumanTaskLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:PRE-BoundingBox',
      consolidationLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:ACS-BoundingBox',
      taskTitle: 'Draw a box around every Cat',
      workersPerObject: 5,
      taskTimeLimitSeconds: 300,
      tags: {
        'groundwork:batch': 'b',
        'groundwork:recipe': JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').recipe,
      },
    })
  })

  it('writes a line for each copied image, the classes in request order, and the page template', async () => {
    const ports = await copiedPorts([row(1, CAT), row(1, DOG), row(2, DOG)], ['Dog', 'Cat'])
    await create(ports)
    expect(lines(ports)).toEqual([{ 'source-ref': toCopyUri('b', 1) }, { 'source-ref': toCopyUri('b', 2) }])
    expect(JSON.parse(textAt(ports, `${FOLDER}label-categories.json`) ?? '')).toEqual({
      'document-version': '2018-11-28',
      labels: [{ label: 'Dog' }, { label: 'Cat' }],
    })
    expect(textAt(ports, `${FOLDER}template.liquid.html`)).toContain('name="boundingBox"')
  })

  it('copies the manifest of the batch unchanged and keeps it when the batch writes a new one', async () => {
    const ports = await copiedPorts()
    await writeManifest('b', ManifestRequest.parse({ provenance: true }), { store: true }, ports)
    const own = textAt(ports, 'data/b/manifests/input.manifest')
    await create(ports)
    expect(textAt(ports, `${FOLDER}input.manifest`)).toBe(own)
    await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    expect(textAt(ports, `${FOLDER}input.manifest`)).toBe(own)
  })

  it('adds the CORS rule for pages once and keeps existing rules', async () => {
    const ports = await copiedPorts()
    const mine = { origins: ['https://mine.example'], methods: ['PUT'], headers: ['*'], exposed: [] }
    ports.world.corsRules = [mine]
    await create(ports)
    expect(ports.world.corsRules).toEqual([PAGES_RULE, mine])
    await create(ports, 'cats-2')
    expect(ports.world.corsRules).toEqual([PAGES_RULE, mine])
  })

  it('records the job in its batch, which cannot be deleted while the job runs', async () => {
    const ports = await copiedPorts()
    await create(ports)
    expect(JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').labelingJobs).toEqual([
      { job: 'cats-1', engine: 'sagemaker', status: 'InProgress', since: '2026-01-02T03:04:05.000Z' },
    ])
    await expect(deleteBatch('b', ports)).rejects.toMatchObject({
      code: 'wrong-state',
      message: expect.stringContaining('POST /v1/labeling-jobs/cats-1/stop'),
    })
    const found = ports.world.labeling.jobs.get('cats-1')
    ports.world.labeling.jobs.clear()
    await expect(deleteBatch('b', ports)).rejects.toMatchObject({ code: 'wrong-state' })
    if (found) ports.world.labeling.jobs.set('cats-1', found)
    end(ports, 'cats-1', 'Stopped', ['labeled'])
    expect(await deleteBatch('b', ports)).toMatchObject({ kept: { objects: 0 } })
  })

  it('does not record a job as in progress whose end its batch has recorded meanwhile', async () => {
    const ports = await copiedPorts()
    const ended = [
      { job: 'cats-1', engine: 'sagemaker' as const, status: 'Completed' as const, since: '2026-01-02T03:04:05.000Z' },
    ]
    ports.world.pause = async ({ port, method }) => {
      if (port !== 'labeler' || method !== 'create') return
      await updateBatch('b', (state) => ({ ...state, labelingJobs: ended }), ports)
    }
    await create(ports)
    expect(JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').labelingJobs).toEqual(ended)
  })

  it('returns the existing job for the same request', async () => {
    const ports = await copiedPorts()
    await create(ports)
    expect((await create(ports)).outcome).toBe('existing')
    expect(ports.world.labeling.requests).toHaveLength(1)
  })

  it('publishes the end of a job when the request is repeated and no event was received', async () => {
    const ports = await copiedPorts()
    await create(ports)
    end(ports, 'cats-1', 'Completed', ['labeled', 'empty'])
    for (let time = 0; time < 2; time++) {
      const { outcome, state } = await create(ports)
      expect([outcome, state.end?.status, state.end?.output?.lines]).toEqual(['existing', 'Completed', 2])
    }
    expect(eventsIn(ports.world)).toMatchObject([{ type: 'labeling-job.completed', data: { job: 'cats-1' } }])
    const id = eventsIn(ports.world)[0]?.id
    await recordStateChange(stateChange('cats-1', 'Completed'), ports)
    expect(eventsIn(ports.world).map((event) => event.id)).toEqual([id])
  })

  it('refuses the name of a job on a deleted batch, even after a new batch has the same name', async () => {
    const ports = await copiedPorts()
    await create(ports)
    end(ports, 'cats-1', 'Stopped', ['labeled'])
    await deleteBatch('b', ports)
    const refusal = { code: 'conflict', message: expect.stringContaining('"b" that was deleted') }
    await expect(create(ports)).rejects.toMatchObject(refusal)
    await copyAgain(ports)
    await expect(create(ports)).rejects.toMatchObject(refusal)
    await expect(previewJob('cats-1', jobFor(), ports)).rejects.toMatchObject(refusal)
    await expect(create(ports, 'cats-2', { continueFrom: 'cats-1' })).rejects.toMatchObject({
      issues: [{ at: 'body.continueFrom', message: expect.stringContaining('"b" that was deleted') }],
    })
  })

  it.each([
    ['another request', 'cats-1', { taskTitle: 'Other' }, /taskTitle/],
    ['the same name in another case', 'CATS-1', {}, /"cats-1"/],
  ])('refuses a name that is taken by %s', async (_, job, changes, message) => {
    const ports = await copiedPorts()
    await create(ports)
    const keys = allKeys(ports)
    await expect(create(ports, job, changes)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(message),
    })
    expect(allKeys(ports)).toEqual(keys)
  })

  it('previews a job without writing anything', async () => {
    const ports = await copiedPorts()
    ports.world.corsRules = []
    const keys = allKeys(ports)
    const preview = await previewJob('cats-1', jobFor({ workersPerObject: 2 }), ports)
    expect(preview).toMatchObject({
      objects: 5,
      tasks: 10,
      labels: ['Cat'],
      addsCorsRule: true,
      portalUrl: 'https://abc.labeling.us-east-1.sagemaker.aws',
      outputManifestUri: 's3://work/data/b/cats-1/manifests/output/output.manifest',
      template: expect.stringContaining('crowd-bounding-box'),
      warnings: [{ code: 'several-workers' }],
    })
    expect([allKeys(ports), ports.world.labeling.requests]).toEqual([keys, []])
    expect(ports.world.made.filter((uri) => uri.includes('cats-1'))).toEqual([])
  })

  it('leaves no request running when a preview is refused', async () => {
    const ports = await copiedPorts()
    const countRunning = slowDown(ports.world, ({ method }) => method === 'corsRules')
    await expect(previewJob('cats-1', jobFor({ batch: 'unknown' }), ports)).rejects.toThrow(AppError)
    expect(countRunning()).toBe(0)
  })

  it('previews the job being created for the same request, and refuses another until the lease expires', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? 'before' : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    expect(await previewJob('cats-1', jobFor(), ports)).toMatchObject({ status: 'Creating' })
    await expect(previewJob('cats-1', jobFor({ taskTitle: 'Other' }), ports)).rejects.toMatchObject({
      code: 'conflict',
    })
    ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    expect(await previewJob('CATS-1', jobFor({ taskTitle: 'Other' }), ports)).toMatchObject({ objects: 5 })
  })

  it('previews the existing job for the same request and refuses another', async () => {
    const ports = await copiedPorts()
    await create(ports)
    expect(await previewJob('cats-1', jobFor(), ports)).toMatchObject({ job: 'cats-1', status: 'Initializing' })
    await expect(previewJob('cats-1', jobFor({ taskTitle: 'Other' }), ports)).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  it('previews the price of a public work team', async () => {
    const ports = await copiedPorts()
    const request = jobFor({
      workteamArn: 'arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default',
      publicTaskPrice: { cents: 3, tenthFractionsOfACent: 6 },
      contentClassifiers: ['FreeOfPersonallyIdentifiableInformation'],
    })
    expect(await previewJob('cats-1', request, ports)).toMatchObject({
      tasks: 25,
      publicTaskCostUsd: 0.9,
      warnings: [],
    })
  })
})

describe('a job in the mode adjust or verify', () => {
  it('adds the Open Images boxes to a manifest without boxes', async () => {
    const ports = await copiedPorts()
    await writeManifest('b', ManifestRequest.parse({}), { store: true }, ports)
    await create(ports, 'cats-1', { mode: 'adjust' })
    const [first] = lines(ports) as Record<string, unknown>[]
    expect(Object.keys(first ?? {})).toEqual(['source-ref', 'open-images-boxes', 'open-images-boxes-metadata'])
    expect(ports.world.labeling.requests[0]).toMatchObject({
      labelAttributeName: 'labels',
      preHumanTaskLambdaArn: expect.stringMatching(/PRE-AdjustmentBoundingBox$/),
      consolidationLambdaArn: expect.stringMatching(/ACS-AdjustmentBoundingBox$/),
    })
    expect(textAt(ports, `${FOLDER}template.liquid.html`)).toContain('manifestLine.open-images-boxes.annotations')
  })

  it('starts from the boxes in the manifest of the batch, under their own attribute', async () => {
    const ports = await copiedPorts()
    const request = ManifestRequest.parse({ boxes: 'open-images', labelAttributeName: 'known' })
    await writeManifest('b', request, { store: true }, ports)
    await create(ports, 'cats-1', { mode: 'verify' })
    expect(textAt(ports, `${FOLDER}template.liquid.html`)).toContain('manifestLine.known-metadata.class-map')
    expect(JSON.parse(textAt(ports, `${FOLDER}label-categories.json`) ?? '').labels).toEqual([
      { label: 'correct' },
      { label: 'incorrect' },
    ])
  })

  it('refuses a label attribute that would overwrite the existing boxes', async () => {
    const ports = await copiedPorts()
    await expect(
      create(ports, 'cats-1', { mode: 'adjust', labelAttributeName: 'open-images-boxes' }),
    ).rejects.toMatchObject({ code: 'preflight-failed', issues: [{ at: 'body.labelAttributeName' }] })
  })
})

describe('a job with continueFrom', () => {
  const KINDS = ['labeled', 'empty', 'expired', 'unlabeled', 'labeled'] as const
  const continued = async (): Promise<MemoryPorts> => {
    const ports = await copiedPorts()
    await create(ports)
    await endAndPublish(ports, 'cats-1', 'Stopped', KINDS)
    return ports
  }

  it('takes over all lines, and clears the failure of failed ones so that workers get them again', async () => {
    const ports = await continued()
    const { state } = await create(ports, 'cats-2', { continueFrom: 'Cats-1' })
    expect([state.lines, state.alreadyLabeled]).toEqual([5, 3])
    const sent = lines(ports, 'data/b/manifests/cats-2/input.manifest') as Record<string, unknown>[]
    expect(sent.map((line) => 'labels' in line)).toEqual([true, true, false, false, true])
    expect(sent[2]).toEqual({ 'source-ref': toCopyUri('b', 3) })
    expect(ports.world.labeling.requests[1]).toMatchObject({ labelAttributeName: 'labels' })
  })

  it('refuses to start before the service has written all results', async () => {
    const ports = await continued()
    putOutput(ports, 'cats-1', ['labeled', 'unlabeled', 'unlabeled', 'unlabeled', 'unlabeled'])
    const attempt = () => create(ports, 'cats-2', { continueFrom: 'cats-1' })
    await expect(attempt()).rejects.toMatchObject({
      issues: [{ message: expect.stringContaining('1 of the 3') }],
    })
    ports.world.stored.delete('s3://work/data/b/cats-1/manifests/output/output.manifest')
    await expect(attempt()).rejects.toMatchObject({
      issues: [{ at: 'body.continueFrom', message: expect.stringContaining('"cats-1"') }],
    })
    expect(ports.world.labeling.requests).toHaveLength(1)
  })

  it('reads the results at the URI that the service reports', async () => {
    const ports = await continued()
    const key = 's3://work/data/b/cats-1/manifests/output/output.manifest'
    const elsewhere = 's3://work/data/b/CATS-1/manifests/output/output.manifest'
    ports.world.stored.set(elsewhere, ports.world.stored.get(key) ?? memoryObject(''))
    ports.world.stored.delete(key)
    changeServiceJob(ports, 'cats-1', { outputManifestUri: elsewhere })
    expect((await create(ports, 'cats-2', { continueFrom: 'cats-1' })).state.alreadyLabeled).toBe(3)
  })

  it('ignores a reported URI outside the folder of the batch', async () => {
    const ports = await continued()
    changeServiceJob(ports, 'cats-1', { outputManifestUri: 's3://work/system/labeling-jobs/cats-1.json' })
    expect((await create(ports, 'cats-2', { continueFrom: 'cats-1' })).state.alreadyLabeled).toBe(3)
  })

  it('keeps the existing boxes in the mode adjust, and warns that this is experimental', async () => {
    const ports = await copiedPorts()
    await create(ports, 'cats-1', { mode: 'adjust' })
    end(ports, 'cats-1', 'Stopped', [])
    ports.world.stored.delete('s3://work/data/b/cats-1/manifests/output/output.manifest')
    const request = jobFor({ continueFrom: 'cats-1', mode: 'adjust' })
    expect(await previewJob('cats-2', request, ports)).toMatchObject({
      priorAttribute: 'open-images-boxes',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'experimental' })]),
    })
  })

  it('previews only the objects that are left to label', async () => {
    const ports = await continued()
    expect(await previewJob('cats-2', jobFor({ continueFrom: 'cats-1' }), ports)).toMatchObject({
      objects: 2,
      alreadyLabeled: 3,
      tasks: 10,
    })
  })

  it('starts from the input of a job that wrote no output', async () => {
    const ports = await copiedPorts()
    await create(ports)
    end(ports, 'cats-1', 'Failed', [])
    ports.world.stored.delete('s3://work/data/b/cats-1/manifests/output/output.manifest')
    const { state } = await create(ports, 'cats-2', { continueFrom: 'cats-1' })
    expect([state.lines, state.alreadyLabeled]).toEqual([5, 0])
  })

  it.each([
    [
      'has labeled everything',
      async (ports: MemoryPorts) => end(ports, 'cats-1', 'Completed', Array(5).fill('labeled')),
      {},
      'body.continueFrom',
    ],
    [
      'has fewer lines in its output than in its input',
      async (ports: MemoryPorts) => end(ports, 'cats-1', 'Completed', ['labeled', 'unlabeled']),
      {},
      'body.continueFrom',
    ],
    [
      'has no files left',
      async ({ world }: MemoryPorts) => {
        for (const uri of world.stored.keys()) if (/cats-1\/.*manifest$/.test(uri)) world.stored.delete(uri)
      },
      {},
      'body.continueFrom',
    ],
    [
      'is still running',
      async (ports: MemoryPorts) => end(ports, 'cats-1', 'Stopping', KINDS),
      {},
      'body.continueFrom',
    ],
    ['does not exist', async () => undefined, { continueFrom: 'nobody' }, 'body.continueFrom'],
    ['has another attribute', async () => undefined, { labelAttributeName: 'boxes' }, 'body.labelAttributeName'],
    ['has another mode', async () => undefined, { mode: 'verify' }, 'body.mode'],
  ])('refuses to continue a job that %s', async (_, arrange, changes, at) => {
    const ports = await continued()
    await arrange(ports)
    await expect(create(ports, 'cats-2', { continueFrom: 'cats-1', ...changes })).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: expect.arrayContaining([expect.objectContaining({ at })]),
    })
  })
})

describe('a batch that is not ready for labeling', () => {
  const refusal = async (ports: MemoryPorts, job = 'cats-1'): Promise<string> => {
    const error: unknown = await create(ports, job).catch((thrown: unknown) => thrown)
    if (!(error instanceof AppError)) throw error
    expect(error).toMatchObject({ code: 'preflight-failed', issues: [{ at: 'body.batch' }] })
    return error.issues[0]?.message ?? ''
  }

  it('is refused while its images are being selected, and when the selection has failed', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3000 }), ports)
    expect(await refusal(ports)).toContain('being selected')
    await failBatch('b', JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').batchId, new Error('no'), ports)
    expect(await refusal(ports)).toContain('has failed')
  })

  it('is refused before it is copied, while it is being copied, and while it is being deleted', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    await createBatch('b', BatchRequest.parse({ dataset: 'pets', classNames: ['Cat'], examplesPerClass: 3 }), ports)
    expect(await refusal(ports)).toContain('POST /v1/batches/b/copy')
    await startCopy('b', ports)
    expect(await refusal(ports)).toContain('being copied')
    await drain(ports)
    await updateBatch('b', (state) => ({ ...state, state: 'deleting' }), ports)
    expect(await refusal(ports)).toContain('being deleted')
  })

  it('is accepted when some of its images could not be copied', async () => {
    const ports = memoryPorts({ world: await petsWorld(cats(3)) })
    ports.world.stored.delete(toSourceUri(2))
    await copyAgain(ports, ['Cat'], 3)
    const { state } = await create(ports)
    expect(state.lines).toBe(2)
  })
})

describe('preflight checks of the deployment', () => {
  const roles = ['arn:aws:iam::123456789012:role/groundwork-labeling']
  const refused = async (changes: Partial<Config>, bucketRegion = changes.region ?? 'us-east-1') => {
    const { world } = await copiedPorts()
    const ports = memoryPorts({ world, config: testConfig(changes) })
    const bucket = { ...ports.bucket, region: async () => bucketRegion }
    return await create({ ...ports, bucket }).catch((error: unknown) => error)
  }

  it.each<[string, Partial<Config>, string, RegExp]>([
    ['a region without box jobs', { region: 'eu-west-3' }, 'region', /eu-west-2.*not eu-west-3/],
    ['a deployment without labeling roles', { labelingRoles: [] }, 'body.roleArn', /labelingRoles/],
  ])('refuse %s', async (_, changes, at, message) => {
    expect(await refused({ labelingRoles: roles, ...changes })).toMatchObject({
      code: 'preflight-failed',
      issues: expect.arrayContaining([{ at, message: expect.stringMatching(message) }]),
    })
  })

  it('refuse a bucket in another region than the job', async () => {
    expect(await refused({ labelingRoles: roles }, 'eu-west-1')).toMatchObject({
      issues: [
        {
          at: 'bucket',
          message: expect.stringMatching(/us-east-1.*eu-west-1/),
        },
      ],
    })
  })

  it('refuse a bucket that cannot be reached, with the reason', async () => {
    const ports = await copiedPorts()
    const region = async () => {
      throw new AppError('preflight-failed', 'Bucket "work" may not be reached.')
    }
    await expect(create({ ...ports, bucket: { ...ports.bucket, region } })).rejects.toMatchObject({
      code: 'preflight-failed',
      issues: [{ at: 'bucket', message: expect.stringContaining('"work"') }],
    })
  })

  it('choose the first labeling role by default and refuse roles that are not configured', async () => {
    const { world } = await copiedPorts()
    const others = [...roles, 'arn:aws:iam::123456789012:role/other']
    const ports = memoryPorts({ world, config: testConfig({ labelingRoles: others }) })
    await create(ports)
    await create(ports, 'cats-2', { roleArn: others[1] })
    expect(world.labeling.requests.map(({ roleArn }) => roleArn)).toEqual(others)
    for (const roleArn of [`${roles[0]}${'x'.repeat(2048)}`, 'arn:aws:iam::123456789012:role/third', 'third'])
      await expect(create(ports, 'cats-3', { roleArn })).rejects.toMatchObject({ issues: [{ at: 'body.roleArn' }] })
  })

  it('refuse a public work team other than the default one of the region', async () => {
    const ports = await copiedPorts()
    const workteamArn = 'arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/other'
    const publicTaskPrice = { cents: 12 }
    const contentClassifiers = ['FreeOfPersonallyIdentifiableInformation']
    await expect(create(ports, 'cats-1', { workteamArn, publicTaskPrice, contentClassifiers })).rejects.toMatchObject({
      issues: [{ at: 'body.workteamArn', message: expect.stringContaining('public-crowd/default') }],
    })
  })
})

describe('a job that the labeling service refuses', () => {
  const nothingNew = async (ports: MemoryPorts, attempt: () => Promise<unknown>, error: object) => {
    const keys = allKeys(ports)
    await expect(attempt()).rejects.toMatchObject(error)
    expect(allKeys(ports)).toEqual(keys)
    expect(JSON.parse(textAt(ports, 'data/b/batch.json') ?? '{}').labelingJobs ?? []).toEqual([])
  }

  it('leaves nothing behind, so that its name is free', async () => {
    const ports = await copiedPorts()
    ports.world.labeling.refusal = 'Member must not be null'
    await nothingNew(ports, () => create(ports), {
      code: 'preflight-failed',
      message: expect.stringContaining('Member must not be null'),
    })
    ports.world.labeling.refusal = undefined
    expect((await create(ports)).outcome).toBe('created')
  })

  it('leaves what somebody else put into its folder', async () => {
    const ports = await copiedPorts()
    ports.world.labeling.refusal = 'Member must not be null'
    ports.world.stored.set(`s3://work/${FOLDER}notes.txt`, memoryObject('mine'))
    await nothingNew(ports, () => create(ports), { code: 'preflight-failed' })
  })

  it('counts as created when the service has it already from a repeated request', async () => {
    for (const refusal of [{ refused: 'name or something' }, new AppError('quota-reached', 'too many')]) {
      const ports = await copiedPorts()
      const { labeler } = ports
      const twice = async (request: JobRequest) => {
        await labeler.create(request)
        if (refusal instanceof AppError) throw refusal
        return refusal
      }
      const { state, outcome } = await create({ ...ports, labeler: { ...labeler, create: twice } })
      expect([outcome, state.state]).toEqual(['created', 'created'])
    }
  })

  it('keeps its claim when its name is taken but the service does not find it', async () => {
    const ports = await copiedPorts()
    const labeler = { ...ports.labeler, create: async () => 'name-taken' as const }
    await expect(create({ ...ports, labeler })).rejects.toMatchObject({ code: 'upstream-failed' })
    expect(textAt(ports, `${FOLDER}input.manifest`)).toBeDefined()
    expect((await create(ports)).outcome).toBe('created')
  })

  it('keeps its claim and files when the service does not answer, even if the cleanup fails', async () => {
    const ports = await copiedPorts()
    let isSent = false
    ports.world.fault = ({ port, method }) => {
      if (port === 'labeler' && method === 'create') {
        isSent = true
        return { after: new AppError('upstream-timeout', 'slow') }
      }
      return isSent ? new AppError('upstream-failed', 'down') : undefined
    }
    await expect(create(ports)).rejects.toMatchObject({ code: 'upstream-timeout' })
    ports.world.fault = () => undefined
    expect(textAt(ports, `${FOLDER}input.manifest`)).toBeDefined()
    ports.world.now = new Date(ports.world.now.getTime() + 151_000)
    expect((await create(ports)).outcome).toBe('existing')
  })

  it('leaves nothing behind when a quota is reached', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) =>
      port === 'labeler' && method === 'create' ? new AppError('quota-reached', 'too many jobs') : undefined
    await nothingNew(ports, () => create(ports), { code: 'quota-reached' })
  })

  it('leaves nothing behind when a job that was not created here has its name', async () => {
    const ports = await copiedPorts()
    await create(ports)
    ports.world.stored.delete('s3://work/system/labeling-jobs/cats-1.json')
    changeServiceJob(ports, 'cats-1', { inputManifestUri: 's3://theirs/input.manifest' })
    const keys = allKeys(ports)
    await expect(create(ports)).rejects.toMatchObject({ code: 'conflict', issues: [{ at: 'path.job' }] })
    expect(allKeys(ports)).toEqual(keys)
  })

  it('reports every issue of the request at once', async () => {
    const ports = await copiedPorts()
    const request = { batch: 'nobody', taskTitle: '\u{1F600}', workersPerObject: 10, workteamArn: 'x', roleArn: 'y' }
    await nothingNew(ports, () => create(ports, 'cats-1', request), {
      code: 'preflight-failed',
      issues: expect.arrayContaining(
        ['body.batch', 'body.taskTitle', 'body.workersPerObject', 'body.workteamArn', 'body.roleArn'].map((at) =>
          expect.objectContaining({ at }),
        ),
      ),
    })
  })
})

describe('a creation that was interrupted by a crash', () => {
  const crashed = async (at: 'before' | 'after'): Promise<MemoryPorts> => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) => (port === 'labeler' && method === 'create' ? at : undefined)
    await expect(create(ports)).rejects.toThrow(SimulatedCrash)
    ports.world.fault = () => undefined
    return ports
  }
  const later = ({ world }: MemoryPorts) => {
    world.now = new Date(world.now.getTime() + 151_000)
  }

  it('is not resumed while the lease of the call is active', async () => {
    const ports = await crashed('before')
    expect((await create(ports)).outcome).toBe('in-progress')
    expect(ports.world.labeling.requests).toEqual([])
  })

  it.each([
    ['before', 'created'],
    ['after', 'existing'],
  ] as const)('%s the service had the job is resumed by the same request', async (at, outcome) => {
    const ports = await crashed(at)
    later(ports)
    expect((await create(ports)).outcome).toBe(outcome)
    expect(ports.world.labeling.requests).toHaveLength(1)
    expect((await findJob('cats-1', ports))?.value).toMatchObject({
      state: 'created',
      createdAt: '2026-01-02T03:04:05.000Z',
    })
  })

  it('releases its name to another request once the lease has expired', async () => {
    const ports = await crashed('before')
    later(ports)
    expect((await create(ports, 'CATS-1', { taskTitle: 'Other' })).outcome).toBe('created')
    expect(allKeys(ports).filter((key) => key.startsWith(FOLDER))).toEqual([])
    expect(JSON.parse(textAt(ports, 'data/b/batch.json') ?? '').labelingJobs).toMatchObject([{ job: 'CATS-1' }])
  })

  it('keeps its name when the service has the job', async () => {
    const ports = await crashed('after')
    later(ports)
    await expect(create(ports, 'cats-1', { taskTitle: 'Other' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('does not block the deletion of its batch after the lease has expired', async () => {
    const ports = await crashed('before')
    await expect(deleteBatch('b', ports)).rejects.toMatchObject({ code: 'wrong-state' })
    later(ports)
    expect(await deleteBatch('b', ports)).toMatchObject({ kept: { objects: 0 } })
    later(ports)
    await expect(create(ports)).rejects.toMatchObject({ code: 'preflight-failed', issues: [{ at: 'body.batch' }] })
    expect(allKeys(ports).filter((key) => key.includes('cats-1'))).toEqual([])
  })

  it('is not undone by the call that was slow, once another has taken over', async () => {
    const ports = await copiedPorts()
    let isFirst = true
    const put: MemoryPorts['objects']['put'] = async (...args) => {
      if (!isFirst || !args[0].startsWith(FOLDER)) return ports.objects.put(...args)
      isFirst = false
      later(ports)
      await create(ports)
      throw new AppError('upstream-failed', 'down')
    }
    const slow = create({ ...ports, objects: { ...ports.objects, put } })
    await expect(slow).rejects.toMatchObject({ code: 'upstream-failed' })
    expect(textAt(ports, `${FOLDER}input.manifest`)).toBeDefined()
    expect((await create(ports)).outcome).toBe('existing')
  })

  it('is resumed at once when the call released its lease', async () => {
    const ports = await copiedPorts()
    ports.world.fault = ({ port, method }) =>
      port === 'labeler' && method === 'create' ? { after: new AppError('upstream-timeout', 'slow') } : undefined
    await expect(create(ports)).rejects.toMatchObject({ code: 'upstream-timeout' })
    ports.world.fault = () => undefined
    expect((await create(ports)).outcome).toBe('existing')
    expect(ports.world.labeling.requests).toHaveLength(1)
  })

  it('creates one job for two calls at the same time', async () => {
    const world = await copiedWorld(cats(3))
    const both = await Promise.all([create(memoryPorts({ world })), create(memoryPorts({ world }))])
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'in-progress'])
    expect(world.labeling.requests).toHaveLength(1)
  })
})

import { describe, expect, it } from '@jest/globals'
import { builtInFunctions } from '../../shared/contracts/built-in-functions.ts'
import type { JobFilter, JobRequest } from '../../shared/contracts/labeler.ts'
import { labelCategoriesFile } from '../../shared/labeling/sagemaker/job-files.ts'
import { workerTemplate } from '../../shared/labeling/sagemaker/worker-template.ts'
import type { MakeSubject, Subject } from './subject.ts'

const TEXTS = { taskTitle: 'Draw', shortInstructions: 'Draw', fullInstructions: 'Draw' }

/** Places the files of a job and returns a request that every labeling service accepts. */
async function placedRequest({ ports, place }: Subject, changes: Partial<JobRequest> = {}): Promise<JobRequest> {
  const { bucket, account, region } = ports.config
  const folder = `s3://${bucket}/data/b/manifests/job`
  const [team] = (await ports.workteams.list({ limit: 1 })).teams
  const functions = builtInFunctions(region, 'draw')
  if (!functions || !team) throw new Error('The region has no labeling functions, or there is no workteam')
  await place(`${folder}/input.manifest`, `{"source-ref":"s3://${bucket}/data/b/images/a.jpg"}\n`)
  await place(`${folder}/label-categories.json`, labelCategoriesFile(['Cat']))
  await place(`${folder}/template.liquid.html`, workerTemplate('draw', TEXTS, undefined))
  return {
    job: 'job',
    labelAttributeName: 'labels',
    inputManifestUri: `${folder}/input.manifest`,
    outputUri: `s3://${bucket}/data/b`,
    labelCategoriesUri: `${folder}/label-categories.json`,
    templateUri: `${folder}/template.liquid.html`,
    roleArn: `arn:aws:iam::${account}:role/groundwork-labeling`,
    workteamArn: team.workteamArn,
    ...functions,
    taskTitle: 'Draw',
    taskDescription: 'Draw boxes',
    workersPerObject: 1,
    taskTimeLimitSeconds: 300,
    tags: { 'groundwork:batch': 'b' },
    ...changes,
  }
}

/** The contract of every Labeler and of Workteams. */
export function labelerContract(make: MakeSubject): void {
  const withJobs = async (...names: string[]) => {
    const subject = await make()
    for (const job of names) await subject.ports.labeler.create(await placedRequest(subject, { job }))
    return subject
  }

  describe('Labeler', () => {
    it('starts a job and describes it', async () => {
      const subject = await make()
      const { labeler, config } = subject.ports
      const request = await placedRequest(subject, { job: 'Cats-1' })
      const arn = `arn:aws:sagemaker:us-east-1:${config.account}:labeling-job/cats-1`
      expect(await labeler.create(request)).toEqual({ arn })
      expect(await labeler.describe('Cats-1')).toEqual({
        job: 'Cats-1',
        arn,
        status: 'Initializing',
        counters: { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 },
        failureReason: undefined,
        outputManifestUri: undefined,
        inputManifestUri: request.inputManifestUri,
        workteamArn: request.workteamArn,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      })
    })

    it('accepts a name once, ignoring case', async () => {
      const subject = await withJobs('job')
      for (const job of ['job', 'JOB', 'jOb'])
        expect(await subject.ports.labeler.create(await placedRequest(subject, { job }))).toBe('name-taken')
      expect((await subject.ports.labeler.list({ limit: 100 })).jobs.map(({ job }) => job)).toEqual(['job'])
    })

    it('returns the reason when it refuses a job, and stores nothing of it', async () => {
      const subject = await make()
      const request = await placedRequest(subject, { taskTitle: 'a'.repeat(129) })
      expect(await subject.ports.labeler.create(request)).toEqual({ refused: expect.stringMatching(/taskTitle.*128/i) })
      expect(await subject.ports.labeler.describe('job')).toBeUndefined()
    })

    it('reports an unknown job as missing', async () => {
      const { labeler } = (await withJobs('job')).ports
      expect(await labeler.describe('jo')).toBeUndefined()
      expect(await labeler.stop('jo')).toBe('missing')
    })

    it('stops a job, repeatedly without error', async () => {
      const { labeler } = (await withJobs('job')).ports
      expect(await labeler.stop('job')).toBe('stopping')
      expect(['Stopping', 'Stopped']).toContain((await labeler.describe('job'))?.status)
      expect(['stopping', 'over']).toContain(await labeler.stop('job'))
    })

    it('lists every job once, in order, page by page', async () => {
      const { labeler } = (await withJobs('a', 'b', 'c', 'd', 'e')).ports
      const pages = async (order: Partial<JobFilter>) => {
        const names: string[] = []
        let after: string | undefined
        do {
          const page = await labeler.list({ limit: 2, after, ...order })
          expect(page.jobs.length).toBeLessThanOrEqual(2)
          names.push(...page.jobs.map(({ job }) => job))
          after = page.next
        } while (after !== undefined)
        return names
      }
      expect((await pages({})).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect(await pages({ oldestFirst: true })).toEqual((await pages({})).toReversed())
    })

    it('filters the list by name, status and time', async () => {
      const { labeler } = (await withJobs('cats-1', 'cats-2', 'dogs-1')).ports
      await labeler.stop('dogs-1')
      const listed = async (filter: Partial<JobFilter>) =>
        (await labeler.list({ limit: 100, ...filter })).jobs.map(({ job }) => job).toSorted()
      expect(await listed({ nameContains: 'cats' })).toEqual(['cats-1', 'cats-2'])
      expect(await listed({ status: 'Initializing' })).toEqual(['cats-1', 'cats-2'])
      expect(await listed({ status: 'Completed' })).toEqual([])
      expect(await listed({ createdAfter: '2000-01-01T00:00:00Z' })).toHaveLength(3)
      expect(await listed({ createdBefore: '2000-01-01T00:00:00Z' })).toEqual([])
    })

    it('refuses an invalid page token', async () => {
      const { labeler } = (await withJobs('a', 'b')).ports
      const after = labeler.list({ limit: 1, after: 'somewhere' })
      await expect(after).rejects.toMatchObject({ code: 'invalid-request', issues: [{ at: 'query.cursor' }] })
    })
  })

  describe('Workteams', () => {
    it('lists teams by name, page by page, and finds them by name', async () => {
      const { workteams } = (await make()).ports
      const { teams } = await workteams.list({ limit: 100 })
      expect(teams.length).toBeGreaterThan(1)
      const first = await workteams.list({ limit: 1 })
      const second = await workteams.list({ limit: 1, after: first.next })
      expect([...first.teams, ...second.teams]).toEqual(teams.slice(0, 2))
      for (const team of teams) expect(await workteams.find(team.name)).toEqual(team)
      expect(teams.map(({ name }) => name)).toEqual(teams.map(({ name }) => name).toSorted())
    })

    it('returns the portal address with its scheme', async () => {
      const { workteams, config } = (await make()).ports
      const { teams } = await workteams.list({ limit: 100 })
      for (const { portalUrl, workteamArn } of teams) {
        expect(portalUrl).toMatch(/^https:\/\/.+/)
        expect(workteamArn).toMatch(`arn:aws:sagemaker:us-east-1:${config.account}:workteam/private-crowd/`)
      }
    })

    it('returns undefined for an unknown name', async () => {
      const { workteams } = (await make()).ports
      expect(await workteams.find('nobody')).toBeUndefined()
      await expect(workteams.list({ limit: 1, after: 'somewhere' })).rejects.toMatchObject({ code: 'invalid-request' })
    })
  })
}

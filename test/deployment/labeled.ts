import { expect } from '@jest/globals'
import type { JobStatus } from '../../shared/contracts/labeler.ts'
import { TEAM } from '../support/world/world.ts'
import { keyOf } from './arranged.ts'
import type { DeployedWorld, Request } from './deployed-world.ts'

/** A request to label the images of a batch. */
export const jobOf = (batch: string, changes: object = {}): Request => ({
  body: { batch, workteamArn: TEAM.workteamArn, ...changes },
})

/** Long enough for nobody to be creating what somebody had begun to create. */
export const waitForLease = ({ world }: DeployedWorld): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

/** The labeling service says another status of a job from now on. */
export function setStatus({ world }: DeployedWorld, job: string, status: JobStatus): void {
  const standing = world.labeling.jobs.get(job.toLowerCase())!
  world.labeling.jobs.set(job.toLowerCase(), { ...standing, status })
}

/** A job ends with nothing labeled: its output is its input. */
export function endWithOutput(deployed: DeployedWorld, job: string, batch: string): void {
  const input = deployed.world.stored.get(keyOf(deployed, `${batch}/manifests/${job}/input.manifest`))!
  deployed.world.stored.set(keyOf(deployed, `${batch}/${job}/manifests/output/output.manifest`), input)
  setStatus(deployed, job, 'Completed')
}

/** A job that somebody made without us. */
export function makeElsewhere({ world, config }: DeployedWorld, job: string): void {
  const createdAt = world.now.toISOString()
  world.labeling.jobs.set(job.toLowerCase(), {
    job,
    arn: `arn:aws:sagemaker:${config.region}:${config.account}:labeling-job/${job.toLowerCase()}`,
    status: 'InProgress',
    counters: { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 3 },
    failureReason: undefined,
    outputManifestUri: undefined,
    inputManifestUri: 's3://elsewhere/input.manifest',
    workteamArn: TEAM.workteamArn,
    createdAt,
    updatedAt: createdAt,
  })
}

/** Puts an object back that went while something was done. */
export async function putBackAfter(deployed: DeployedWorld, key: string, act: () => Promise<void>): Promise<void> {
  const uri = keyOf(deployed, key)
  const standing = deployed.world.stored.get(uri)!
  await act()
  deployed.world.stored.set(uri, standing)
}

/** Nothing of a job was kept. */
export function expectNothingOf({ world }: DeployedWorld, job: string): void {
  expect([...world.stored.keys()].filter((uri) => uri.includes(`/${job}/`) || uri.endsWith(`/${job}.json`))).toEqual([])
}

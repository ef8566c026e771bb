import { expect } from '@jest/globals'
import type { JobStatus } from '../../shared/contracts/labeler.ts'
import { TEAM } from '../support/world/world.ts'
import { uriAt } from './arrange.ts'
import type { DeployedWorld } from './deployed-world.ts'
import type { Request } from './events.ts'

/** Returns a request to label the images of a batch. */
export const jobRequest = (batch: string, changes: object = {}): Request => ({
  body: { batch, workteamArn: TEAM.workteamArn, ...changes },
})

/** Advances the clock until the lease of an interrupted creation has expired. */
export const waitForLease = ({ world }: DeployedWorld): void => {
  world.now = new Date(world.now.getTime() + 151_000)
}

/** Sets the status of a job at the labeling service. */
export function setStatus({ world }: DeployedWorld, job: string, status: JobStatus): void {
  const existing = world.labeling.jobs.get(job.toLowerCase())!
  world.labeling.jobs.set(job.toLowerCase(), { ...existing, status })
}

/** Completes a job with nothing labeled: its output is its input. */
export function endWithOutput(deployed: DeployedWorld, job: string, batch: string): void {
  const input = deployed.world.stored.get(uriAt(deployed, `${batch}/manifests/${job}/input.manifest`))!
  deployed.world.stored.set(uriAt(deployed, `${batch}/${job}/manifests/output/output.manifest`), input)
  setStatus(deployed, job, 'Completed')
}

/** Creates a job at the labeling service outside of this system. */
export function createElsewhere({ world, config }: DeployedWorld, job: string): void {
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

/** Restores an object after an action that runs without it. */
export async function restoreAfter(deployed: DeployedWorld, key: string, act: () => Promise<void>): Promise<void> {
  const uri = uriAt(deployed, key)
  const existing = deployed.world.stored.get(uri)!
  await act()
  deployed.world.stored.set(uri, existing)
}

/** Asserts that nothing of a job is stored. */
export function expectNothingStored({ world }: DeployedWorld, job: string): void {
  expect([...world.stored.keys()].filter((uri) => uri.includes(`/${job}/`) || uri.endsWith(`/${job}.json`))).toEqual([])
}

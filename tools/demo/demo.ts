import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../local/sample-data/sample-files.ts'
import type { Stack } from '../../local/stack.ts'
import { createApi } from './api.ts'
import { type BatchSummary, checkBatch, checkDisjoint } from './check.ts'
import { hireWorkers, type JobSummary, labelBatch, showLabels } from './label.ts'
import { openObjects } from './objects.ts'
import {
  CLASS_NAME,
  chooseBatch,
  copyBatch,
  DATASET,
  importDataset,
  resolveClass,
  type Step,
  showImages,
  writeManifest,
} from './steps.ts'
import type { Story } from './story.ts'

const BATCHES = ['demo-0', 'demo-1'] as const

/** The JSON summary of the demo. */
export interface DemoSummary {
  readonly batches: readonly BatchSummary[]
  readonly labelingJob: JobSummary
}

/**
 * Runs the main workflow on the bundled images: imports a dataset, resolves a class, creates and copies two batches, writes
 * their manifests, compares everything with the bundled files, and labels one batch.
 * @param keepIn folder to write the objects of the bucket to
 * @throws Error at the first unexpected result
 */
export async function runDemo(stack: Stack, story: Story, keepIn: string | undefined): Promise<DemoSummary> {
  const objects = openObjects(stack.s3, stack.s3Credentials)
  try {
    const step: Step = { api: createApi(stack, story), objects, story }
    story.say('The curl commands expect the token of this run in $TOKEN.')
    await putSampleFiles(stack.s3, stack.s3Credentials)
    await importDataset(step, SAMPLE_DATASETS[DATASET])
    await resolveClass(step)

    story.step(`Create two disjoint batches of "${CLASS_NAME}"`)
    for (const [batchOffset, batch] of BATCHES.entries()) await chooseBatch(step, batch, batchOffset)

    story.step('Copy the images into the bucket')
    for (const batch of BATCHES) await copyBatch(step, batch)

    story.step('List the copied images and their authors')
    for (const batch of BATCHES) await showImages(step, batch)

    story.step('Write the manifests for the labeling job')
    for (const batch of BATCHES) await writeManifest(step, batch)

    story.step('Compare everything with the bundled files')
    const checked = await Promise.all(BATCHES.map((batch) => checkBatch(step, batch)))
    checkDisjoint(checked)
    story.say('All copies are identical to the originals, the manifests are complete, and the batches are disjoint.')

    story.step('Create three workers')
    const links = await hireWorkers(step)

    story.step('Label the first batch: three simulated people draw boxes over HTTP')
    const job = await labelBatch(step, BATCHES[0], links, stack)

    story.step('List the labels')
    const labelingJob = await showLabels(step, job)

    if (keepIn !== undefined) await keepFiles(step, stack.bucket, keepIn)
    return { batches: checked.map(({ summary }) => summary), labelingJob }
  } finally {
    objects.close()
  }
}

async function keepFiles({ objects, story }: Step, bucket: string, folder: string): Promise<void> {
  const count = await objects.keep(bucket, folder)
  story.step('Keep the files')
  story.say(`Wrote the ${count} objects of s3://${bucket}/ to ${folder}.`)
}

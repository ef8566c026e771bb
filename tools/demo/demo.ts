import { SAMPLE_DATASETS } from '../../local/sample-data/sample.ts'
import { putSampleFiles } from '../../local/sample-data/sample-files.ts'
import type { Stack } from '../../local/stack.ts'
import { apiAt } from './api.ts'
import { type BatchSummary, checkBatch, checkDisjoint } from './check.ts'
import { chooseTeam, type JobSummary, labelBatch, showLabels } from './label.ts'
import { objectsAt } from './objects.ts'
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

/** What the demo's last line says. */
export interface DemoSummary {
  readonly batches: readonly BatchSummary[]
  readonly labelingJob: JobSummary
}

/**
 * The main job on the bundled images: import, resolve, choose two batches, copy them, write their manifests, hold
 * everything against the bundled files, and have one batch labeled.
 * @param keepIn the folder to leave the bucket's files in
 * @throws Error at the first thing that is not as it should be
 */
export async function runDemo(stack: Stack, story: Story, keepIn: string | undefined): Promise<DemoSummary> {
  const objects = objectsAt(stack.s3)
  try {
    const step: Step = { api: apiAt(stack, story), objects, story }
    story.say('commands are shown as they would be given where TOKEN is the token of this run')
    await putSampleFiles(stack.s3)
    await importDataset(step, SAMPLE_DATASETS[DATASET])
    await resolveClass(step)

    story.step(`Choose two batches of "${CLASS_NAME}"; no image will be in both`)
    for (const [batchOffset, batch] of BATCHES.entries()) await chooseBatch(step, batch, batchOffset)

    story.step('Copy the images into the bucket, inside S3')
    for (const batch of BATCHES) await copyBatch(step, batch)

    story.step('Look at what was copied, and whose it is')
    for (const batch of BATCHES) await showImages(step, batch)

    story.step('Write the manifests for the labeling job')
    for (const batch of BATCHES) await writeManifest(step, batch)

    story.step('Check it all against the bundled files')
    const checked = await Promise.all(BATCHES.map((batch) => checkBatch(step, batch)))
    checkDisjoint(checked)
    story.say('every copy is byte for byte its original, the manifests name all of them, no image is in both batches')

    story.step('Ask who labels')
    const workteamArn = await chooseTeam(step)

    story.step('Have the first batch labeled')
    const job = await labelBatch(step, BATCHES[0], workteamArn)

    story.step('Look at the labels')
    const labelingJob = await showLabels(step, job)

    if (keepIn !== undefined) await keepFiles(step, stack.bucket, keepIn)
    return { batches: checked.map(({ summary }) => summary), labelingJob }
  } finally {
    objects.close()
  }
}

async function keepFiles({ objects, story }: Step, bucket: string, folder: string): Promise<void> {
  const count = await objects.keep(bucket, folder)
  story.step('Look at the files')
  story.say(`s3://${bucket}/ lies in ${folder}: ${count} files, each under its key`)
}

import * as z from 'zod'
import { MODES } from './built-in-functions.ts'
import { Count } from './fields.ts'
import { instant } from './instant.ts'
import { ResourceName } from './resource-name.ts'
import { unreadableItem } from './unreadable.ts'

/** A labeling job as its workers see it. */
const WorkerJob = z
  .object({
    job: ResourceName.describe('Name of the labeling job'),
    state: z
      .enum(['open', 'over'])
      .describe('Whether there are images to label; `over` when the job has ended or ends'),
    mode: z.enum(MODES).describe('What workers do with the boxes'),
    title: z.string().describe('What is to be done, in one sentence'),
    description: z.string().describe('What is to be done, in some sentences'),
    instructions: z.object({ short: z.string(), full: z.string() }).describe('Instructions as plain text'),
    labels: z.array(z.string()).describe('The classes of boxes, or the verdicts'),
    images: Count.describe('Images of the job'),
    imagesDone: Count.describe(
      'Images that the worker has labeled, reviewed or checked, without those of the block that the worker has now. As `imagesLeft`, it may be a minute old, and in a large job a quarter of an hour',
    ),
    imagesLeft: Count.describe(
      'About how many images the worker may still get, those that others have now included; 0 when the worker gets no more',
    ),
    deadline: instant('When the time of the job is over'),
  })
  .meta({ id: 'WorkerJob', description: 'A labeling job as its workers see it.' })
export type WorkerJob = z.infer<typeof WorkerJob>

/** A labeling job in a worker's list. */
export const WorkerJobItem = z
  .discriminatedUnion('state', [WorkerJob, unreadableItem('job', 'UnreadableWorkerJob')])
  .meta({
    id: 'WorkerJobItem',
    description: 'A labeling job in the list of a worker.',
  })
export type WorkerJobItem = z.infer<typeof WorkerJobItem>

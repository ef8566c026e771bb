import { FileError, type Files } from '../files/s3-files.ts'
import { s3Location } from '../files/s3-location.ts'
import { expired, failedLabel, type Label, labelOf } from '../output/label.ts'
import type { Task } from '../rules/functions.ts'
import { answersOf, randomOf, type WorkerAnswer } from '../workers/answers.ts'
import type { KnownBoxes } from '../workers/known-boxes.ts'
import type { WorkerShares } from '../workers/shares.ts'
import { inImage, type LabeledBox, type Pixels } from './boxes.ts'
import { imagePixels } from './image.ts'
import type { ManifestLine } from './manifest-line.ts'
import { checkPage } from './page.ts'
import { PageFault } from './page-error.ts'
import { priorBoxes } from './prior-boxes.ts'
import type { Template } from './template.ts'

/** One object of a job. */
export interface Assignment {
  readonly job: string
  readonly task: Task
  readonly labels: readonly string[]
  readonly template: Template
  /** How many are asked. */
  readonly workers: number
  /** Place in the manifest, from 0: the service's `datasetObjectId`. */
  readonly at: number
  readonly line: ManifestLine
  /** When it is answered, in milliseconds since 1970. */
  readonly time: number
}

/** Where and by whom objects are worked on. */
export interface Workplace {
  readonly files: Pick<Files, 'start'>
  /** Whether browsers may load images of this bucket. */
  readonly allowsPages: (bucket: string) => Promise<boolean>
  readonly shares: WorkerShares
  readonly knownBoxes: KnownBoxes | undefined
}

/** What became of an object; without answers it failed. */
export interface Done {
  readonly label: Label
  readonly answers?: WorkAnswers
}

export interface WorkAnswers {
  readonly image: Pixels
  /** The name of the page's element. */
  readonly element: string
  readonly answers: readonly WorkerAnswer[]
}

/** Lets simulated workers answer. What is wrong with this object alone fails it, and does not throw. */
export async function workOn(assignment: Assignment, place: Workplace): Promise<Done> {
  try {
    const answers = await askWorkers(assignment, place)
    if (typeof answers === 'string') return { label: failedLabel(answers) }
    const about = { ...assignment, image: answers.image, at: assignment.time }
    return { label: labelOf(answers.answers, about), answers }
  } catch (error) {
    if (error instanceof PageFault) return { label: failedLabel(expired(`The page is broken: ${error.message}`)) }
    if (error instanceof FileError) return { label: failedLabel(expired(`The image is broken: ${error.message}`)) }
    throw error
  }
}

/** The workers' answers, or why there are none. */
async function askWorkers(assignment: Assignment, place: Workplace): Promise<WorkAnswers | string> {
  const { job, task, labels, template, line, at, workers } = assignment
  const { shares } = place
  if (task !== 'draw' && priorBoxes(line).length === 0) return 'ClientError: The line has no boxes with a class map.'
  const page = checkPage(template.render({ line, labels }), { task, labels, line })
  const bucket = s3Location(line['source-ref'])?.bucket ?? ''
  if (!(await place.allowsPages(bucket)))
    return expired(`The CORS rules of ${bucket} do not let workers' browsers load the image.`)
  const image = await imagePixels(line['source-ref'], place.files)
  const random = randomOf(job.toLowerCase(), at)
  if (random() < shares.expired) return expired('TaskAvailabilityLifetimeInSeconds may be too small.')
  if (random() < shares.failed) return 'ClientError: The answers could not be consolidated.'
  const truth = await truthOf(assignment, image, place.knownBoxes)
  const view = { image, labels, truth, shown: page.boxes }
  const answers = answersOf(task, view, { job, line: at }, workers, shares)
  return answers.length > 0 ? { image, element: page.name, answers } : expired('All workers declined.')
}

/** The known boxes in pixels; only those that workers can name, but where they give verdicts. */
async function truthOf(
  { task, labels, line }: Assignment,
  image: Pixels,
  knownBoxes: KnownBoxes | undefined,
): Promise<readonly LabeledBox[] | undefined> {
  const known = await knownBoxes?.(line['source-ref'])
  return known
    ?.filter(({ label }) => task === 'verify' || labels.includes(label))
    .map(({ label, left, top, width, height }) =>
      inImage(
        {
          label,
          left: left * image.width,
          top: top * image.height,
          width: width * image.width,
          height: height * image.height,
        },
        image,
      ),
    )
}

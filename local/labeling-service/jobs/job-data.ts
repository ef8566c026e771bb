import * as z from 'zod'
import { splitLines } from '../files/lines.ts'
import type { Files } from '../files/s3-files.ts'
import type { CreateRequest } from '../model/create-request.ts'
import { parseLine } from '../objects/manifest-line.ts'
import type { Label } from '../output/label.ts'
import { parseTemplate, type Template } from '../page/template.ts'
import { readLabelFile, readTemplate } from '../rules/check-files.ts'
import { parseTaskType, type TaskType } from '../rules/task-type.ts'
import type { Counters, Job } from './job.ts'
import { appendLines, readCompleteLines, readIfExists, writeAtomically } from './store.ts'

/** Input and labels of a running job, all in memory. */
export interface JobData {
  readonly taskType: TaskType
  readonly labels: readonly string[]
  readonly template: Template
  readonly lines: readonly string[]
  /** Line numbers of the objects to label: the lines without the label attribute of the job. */
  readonly assigned: readonly number[]
  /** The serialized `Label` of each line that was labeled or failed. */
  readonly done: Map<number, string>
  /** How many of `done` failed. */
  failed: number
}

const INPUT_FILE = 'input.json'
const LABELS_FILE = 'labels.jsonl'
const MAX_LINE_BYTES = 300_000

const Input = z.object({
  labels: z.array(z.string()).readonly(),
  template: z.string(),
  lines: z.array(z.string()).readonly(),
})
type Input = z.infer<typeof Input>

const Row = z.object({ line: z.int(), value: z.unknown().optional(), metadata: z.record(z.string(), z.unknown()) })

/** Copies the input files of a job, so that later changes do not affect it. @throws FileError when one is missing */
export async function snapshotInput({ directory, state }: Job, files: Files): Promise<void> {
  const { request } = state
  const uri = request.InputConfig.DataSource.S3DataSource?.ManifestS3Uri ?? ''
  const labels = await readLabelFile(request.LabelCategoryConfigS3Uri ?? '', files)
  const template = await readTemplate(request, files)
  const lines: string[] = []
  for await (const line of splitLines(await files.stream(uri), MAX_LINE_BYTES)) lines.push(line)
  const input: Input = { labels, template, lines }
  await writeAtomically(directory, INPUT_FILE, JSON.stringify(input))
}

/** Loads the input and the labels so far. Returns undefined before the input is copied. */
export async function loadJobData(job: Job, files: Files, region: string): Promise<JobData | undefined> {
  const text = await readIfExists(job.directory, INPUT_FILE)
  if (text === undefined) return undefined
  const { labels, template, lines } = Input.parse(JSON.parse(text))
  const { request } = job.state
  const data: JobData = {
    taskType: parseTaskType(request, region),
    labels,
    template: parseTemplate(template, files),
    lines,
    assigned: [...lines.keys()].filter((at) => isAssigned(lines[at] ?? '', request)),
    done: new Map(),
    failed: 0,
  }
  for (const row of await readCompleteLines(job.directory, LABELS_FILE)) {
    const { line, ...label } = Row.parse(JSON.parse(row))
    recordLabel(data, line, label)
  }
  return data
}

/** Returns whether the job labels this line. A line that became unreadable since the job was created counts, and fails. */
function isAssigned(text: string, { LabelAttributeName }: CreateRequest): boolean {
  const line = parseLine(text)
  return typeof line === 'string' || !Object.hasOwn(line, LabelAttributeName)
}

/**
 * Stores labels, on disk first.
 * @param labels in line order, so that the stored labels always belong to the first assigned lines
 */
export async function appendLabels(job: Job, data: JobData, labels: ReadonlyMap<number, Label>): Promise<void> {
  const rows = [...labels].map(([line, label]) => JSON.stringify({ line, ...label }))
  await appendLines(job.directory, LABELS_FILE, rows)
  for (const [line, label] of labels) recordLabel(data, line, label)
}

function recordLabel(data: JobData, line: number, label: Label): void {
  if (data.done.has(line)) return
  data.done.set(line, JSON.stringify(label))
  if (label.value === undefined) data.failed++
}

/** Returns the label counters of a job in progress. */
export function toCounters({ assigned, done, failed }: JobData): Counters {
  const labeled = done.size - failed
  return {
    TotalLabeled: labeled,
    HumanLabeled: labeled,
    MachineLabeled: 0,
    FailedNonRetryableError: failed,
    Unlabeled: assigned.length - done.size,
  }
}

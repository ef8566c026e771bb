import * as z from 'zod'
import { linesOf } from '../files/lines.ts'
import type { Files } from '../files/s3-files.ts'
import type { CreateRequest } from '../model/create-request.ts'
import type { Label } from '../output/label.ts'
import { labelsAt, templateAt } from '../rules/check-files.ts'
import { type Task, taskOf } from '../rules/functions.ts'
import { parseLine } from '../work/manifest-line.ts'
import { parseTemplate, type Template } from '../work/template.ts'
import type { Counters, Job } from './job.ts'
import { addLines, readIfThere, readLines, writeWhole } from './store.ts'

/** What a job works with while it runs: its manifest is held in memory, and so is every label. */
export interface Work {
  readonly task: Task
  readonly labels: readonly string[]
  readonly template: Template
  readonly lines: readonly string[]
  /** Places of the lines that it has to label: those without its attribute. */
  readonly own: readonly number[]
  /** JSON of the Label of each line that was dealt with. */
  readonly done: Map<number, string>
  /** How many of these failed. */
  failed: number
}

const INPUT_FILE = 'input.json'
const LABELS_FILE = 'labels.jsonl'
const MOST_LINE_BYTES = 300_000

const Input = z.object({
  labels: z.array(z.string()).readonly(),
  template: z.string(),
  lines: z.array(z.string()).readonly(),
})
type Input = z.infer<typeof Input>

const Row = z.object({ line: z.int(), value: z.unknown().optional(), metadata: z.record(z.string(), z.unknown()) })

/** Takes in what the job is about, so that nobody can change it any more. @throws FileError when it is gone */
export async function takeInput({ directory, state }: Job, files: Files): Promise<void> {
  const { request } = state
  const uri = request.InputConfig.DataSource.S3DataSource?.ManifestS3Uri ?? ''
  const labels = await labelsAt(request.LabelCategoryConfigS3Uri ?? '', files)
  const template = await templateAt(request, files)
  const lines: string[] = []
  for await (const line of linesOf(await files.stream(uri), MOST_LINE_BYTES)) lines.push(line)
  const input: Input = { labels, template, lines }
  await writeWhole(directory, INPUT_FILE, JSON.stringify(input))
}

/** The job's work, as far as it has come; undefined when it has not taken its input yet. */
export async function openWork(job: Job, files: Files, region: string): Promise<Work | undefined> {
  const text = await readIfThere(job.directory, INPUT_FILE)
  if (text === undefined) return undefined
  const { labels, template, lines } = Input.parse(JSON.parse(text))
  const { request } = job.state
  const own = [...lines.keys()].filter((at) => isOwn(lines[at] ?? '', request))
  const task = taskOf(request, region)
  const work: Work = { task, labels, template: parseTemplate(template, files), lines, own, done: new Map(), failed: 0 }
  for (const row of await readLines(job.directory, LABELS_FILE)) {
    const { line, ...label } = Row.parse(JSON.parse(row))
    note(work, line, label)
  }
  return work
}

/** A line that has become unreadable since the job was created is its own too, and fails. */
function isOwn(text: string, { LabelAttributeName }: CreateRequest): boolean {
  const line = parseLine(text)
  return typeof line === 'string' || !Object.hasOwn(line, LabelAttributeName)
}

/** Keeps labels, first on disk. @param labels in the order of lines: so what was kept is always the first ones */
export async function addLabels(job: Job, work: Work, labels: ReadonlyMap<number, Label>): Promise<void> {
  const rows = [...labels].map(([line, label]) => JSON.stringify({ line, ...label }))
  await addLines(job.directory, LABELS_FILE, rows)
  for (const [line, label] of labels) note(work, line, label)
}

function note(work: Work, line: number, label: Label): void {
  if (work.done.has(line)) return
  work.done.set(line, JSON.stringify(label))
  if (label.value === undefined) work.failed++
}

export function countersOf({ own, done, failed }: Work): Counters {
  const labeled = done.size - failed
  return {
    TotalLabeled: labeled,
    HumanLabeled: labeled,
    MachineLabeled: 0,
    FailedNonRetryableError: failed,
    Unlabeled: own.length - done.size,
  }
}

import * as z from 'zod'
import { Count, S3Uri } from './fields.ts'
import { instant } from './instant.ts'
import { ResourceName } from './resource-name.ts'
import { StoredProblem } from './stored-problem.ts'
import { unreadableItem } from './unreadable.ts'

/** How much the opinions of workers count: as well as they agree with others, or all the same. */
export const SKILL_RULES = ['agreement', 'equal'] as const

/** Workers whose opinions can be left out. */
const MAX_WITHOUT_WORKERS = 100

export const ConsolidationName = ResourceName.describe('Name of the consolidation, unique in its job. Case is ignored')

const MinOverlap = z
  .number()
  .min(0.1)
  .max(0.9)
  .describe('Mean overlap (intersection over union) from which boxes are around one object. Not for `verify`')
const Quorum = z
  .number()
  .gt(0, 'must be above 0')
  .max(1)
  .describe('Share of the opinions, by skill, that a box needs to be kept. Not for `verify`')
const SkillRule = z
  .enum(SKILL_RULES)
  .describe('`agreement`: opinions count by how well their workers agree with others; `equal`: all count the same')
const WorkerId = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits')

/** The body of `POST /v1/labeling-jobs/{job}/consolidate`. */
export const ConsolidationRequest = z
  .strictObject({
    name: ConsolidationName,
    minOverlap: MinOverlap.optional().meta({ default: 0.4 }),
    quorum: Quorum.optional().meta({ default: 0.5 }),
    skills: SkillRule.default('agreement'),
    withoutWorkers: z
      .array(WorkerId)
      .max(MAX_WITHOUT_WORKERS)
      .refine((workers) => new Set(workers).size === workers.length, { error: 'must not contain duplicates' })
      .meta({ uniqueItems: true })
      .default([])
      .describe('Pseudonyms of workers whose opinions are left out. What they have decided as reviewers stays'),
  })
  .meta({ id: 'ConsolidationRequest', description: 'Settings with which the opinions of a job become labels again.' })
export type ConsolidationRequest = z.infer<typeof ConsolidationRequest>

const ConsolidationCounters = z
  .object({
    labeled: Count.describe('Lines that have a label'),
    failed: Count.describe('Lines that failed'),
    unlabeled: Count.describe('Lines that stayed without a label when the job was stopped'),
    disputed: Count.describe('Labeled lines on which workers differ, and nobody has decided'),
    boxes: Count.optional().describe('Boxes of all labels; absent for `verify`'),
  })
  .meta({ id: 'ConsolidationCounters', description: 'What became of the lines that the job was to label.' })

const ConsolidationChanges = z
  .object({
    changedLines: Count.describe('Lines whose outcome, boxes or verdict differ'),
    same: Count.optional().describe('Boxes with the same class and the same edges'),
    moved: Count.optional().describe('Boxes of the same class that overlap by half, with other edges'),
    otherClass: Count.optional().describe('Boxes that overlap by half and have another class'),
    added: Count.optional().describe('Boxes that the job does not have'),
    removed: Count.optional().describe('Boxes that only the job has'),
    meanOverlap: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Mean overlap of the boxes that are the same or moved; absent where there are none'),
    changedVerdicts: Count.optional().describe('Lines with another verdict; only for `verify`'),
  })
  .meta({ id: 'ConsolidationChanges', description: 'How the labels differ from those of the job.' })
export type ConsolidationChanges = z.infer<typeof ConsolidationChanges>

const common = {
  name: ConsolidationName,
  minOverlap: MinOverlap.optional(),
  quorum: Quorum.optional(),
  skills: SkillRule,
  withoutWorkers: z.array(z.string()).describe('Pseudonyms of workers whose opinions are left out'),
  createdAt: instant('When it was started'),
}

const Running = z
  .object({ ...common, state: z.literal('running') })
  .meta({ id: 'RunningConsolidation', description: 'A consolidation whose labels are being made.' })
const Completed = z
  .object({
    ...common,
    state: z.literal('completed'),
    endedAt: instant('When it ended'),
    outputManifestUri: S3Uri.describe('The lines of the input manifest, in order, with their labels'),
    counters: ConsolidationCounters,
    changes: ConsolidationChanges,
  })
  .meta({ id: 'CompletedConsolidation', description: 'A consolidation whose labels can be read.' })
const Failed = z
  .object({ ...common, state: z.literal('failed'), endedAt: instant('When it ended'), problem: StoredProblem })
  .meta({ id: 'FailedConsolidation', description: 'A consolidation without labels; `problem` says why.' })

/** A consolidation as the API returns it. */
export const ConsolidationView = z
  .discriminatedUnion('state', [Running, Completed, Failed])
  .meta({ id: 'Consolidation', description: 'Labels made of the opinions of a job again, with other settings.' })
export type ConsolidationView = z.infer<typeof ConsolidationView>

/** A consolidation in a list. */
export const ConsolidationItem = z
  .discriminatedUnion('state', [Running, Completed, Failed, unreadableItem('name', 'UnreadableConsolidation')])
  .meta({ id: 'ConsolidationItem', description: 'A consolidation in a list.' })
export type ConsolidationItem = z.infer<typeof ConsolidationItem>

import * as z from 'zod'
import { SKILL_RULES } from '../../../contracts/consolidation.ts'
import type { Ports } from '../../../platform/ports.ts'
import { ProblemState } from '../../../platform/state/common-states.ts'
import { readState, type State } from '../../../platform/state/record.ts'
import { recordType } from '../../../platform/state/record-type.ts'
import { storedEnum, storedObject } from '../../../platform/state/stored-schema.ts'
import { consolidationKey, type WorkId } from '../folders.ts'
import { LineChanges } from './compare-lines.ts'

/** With what the opinions become labels again. */
const SettingsState = storedObject({
  /** Absent for `verify`, as `quorum` is. */
  minOverlap: z.number().optional(),
  quorum: z.number().optional(),
  skills: storedEnum(SKILL_RULES),
  /** Pseudonyms, in order. */
  withoutWorkers: z.array(z.string()),
})
export type SettingsState = z.infer<typeof SettingsState>

/** What became of the lines that the job was to label. */
export const CountersState = storedObject({
  labeled: z.int(),
  failed: z.int(),
  unlabeled: z.int(),
  disputed: z.int(),
  boxes: z.int(),
})
export type CountersState = z.infer<typeof CountersState>

/** `…/consolidations/<lower-case name>.json`: labels made of the opinions of a job again, with other settings. */
const ConsolidationState = storedObject({
  name: z.string(),
  /** Random; distinguishes consolidations that had the same name at different times. */
  id: z.string(),
  settings: SettingsState,
  state: storedEnum(['running', 'completed', 'failed']),
  createdAt: z.string(),
  endedAt: z.string().optional(),
  /** Why it failed. */
  problem: ProblemState.optional(),
  /** Present once it is completed, as all that follows. */
  outputManifestUri: z.string().optional(),
  /** Size of the output manifest. */
  outputBytes: z.int().optional(),
  counters: CountersState.optional(),
  /** Compared with the result of the job. */
  changes: LineChanges.optional(),
})
export type ConsolidationState = z.infer<typeof ConsolidationState>

export const CONSOLIDATION = recordType('a consolidation', ConsolidationState)

/** Names are compared without case. */
export const consolidationRef = (work: WorkId, name: string) => ({
  key: consolidationKey(work, name),
  type: CONSOLIDATION,
  isOwn: (state: ConsolidationState) => state.name.toLowerCase() === name.toLowerCase(),
})

export const findConsolidation = (
  work: WorkId,
  name: string,
  ports: Pick<Ports, 'objects'>,
): Promise<State<ConsolidationState> | undefined> => readState(consolidationRef(work, name), ports)

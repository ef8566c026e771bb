import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import type { Command } from '../drawing/commands.ts'
import type { Drawing } from '../drawing/drawing.ts'
import type { Job } from '../work/ask.ts'
import type { Block, Item } from '../work/block.ts'
import { EMPTY_OUTBOX, type OutboxState } from '../work/outbox.ts'
import type { SignedIn } from '../work/sign-in.ts'

/** A short message about what has just happened. */
export interface Notice {
  readonly kind: 'info' | 'warn'
  readonly text: string
  /** Whether it is about what was drawn, so that the next stroke takes it away. */
  readonly isBrief?: boolean
  /** The answer that is given if the worker chooses it once more. */
  readonly confirms?: Answer
  /** What the worker may want to do now, as a button. */
  readonly offer?: { readonly text: string; readonly command: Command }
}

/** What this browser alone has of the worker's work, as seen when the jobs were shown. */
export interface Kept {
  /** Answers that no job has taken yet. */
  readonly answers: number
  /** Images on which something is drawn and not answered. */
  readonly drafts: number
  /** Answers that were saved from here, by job. */
  readonly saved: ReadonlyMap<string, number>
}

/** What a worker has set in this browser. */
export interface Settings {
  readonly hasCrosshair: boolean
  readonly areLettersOn: boolean
  /** In percent; 100 shows images as they are. */
  readonly brightness: number
  readonly contrast: number
}

export type DialogName = 'help' | 'instructions' | 'find-class'

/** All that the page shows. */
export interface PageState {
  readonly at: 'starting' | 'sign-in' | 'jobs' | 'work' | 'wait' | 'done' | 'elsewhere'
  readonly signedIn: SignedIn | undefined
  /** Why the latest step failed, where there is nothing to go on with. */
  readonly problem: string | undefined
  readonly jobs: readonly WorkerJobItem[]
  readonly isLoading: boolean
  readonly kept: Kept
  readonly job: Job | undefined
  readonly block: Block | undefined
  /** The task of the block that is shown. */
  readonly index: number
  readonly drawing: Drawing | undefined
  readonly comment: string
  /** The reading that a reviewer has chosen; undefined while all are shown side by side. */
  readonly reading: number | undefined
  readonly outbox: OutboxState
  readonly dialog: DialogName | undefined
  /** Every image of the block is answered, and the next ones are on their way. */
  readonly isHandingBack: boolean
  readonly notice: Notice | undefined
  /** Why there is no image now, and when the page asks again, in milliseconds since 1970. */
  readonly reason: string
  readonly waitUntil: number
  readonly settings: Settings
}

export const START: PageState = {
  at: 'starting',
  signedIn: undefined,
  problem: undefined,
  jobs: [],
  isLoading: false,
  kept: { answers: 0, drafts: 0, saved: new Map() },
  job: undefined,
  block: undefined,
  index: 0,
  drawing: undefined,
  comment: '',
  reading: undefined,
  outbox: EMPTY_OUTBOX,
  dialog: undefined,
  isHandingBack: false,
  notice: undefined,
  reason: '',
  waitUntil: 0,
  settings: { hasCrosshair: true, areLettersOn: true, brightness: 100, contrast: 100 },
}

/** Returns the task that is shown. Pure. */
export const currentItem = ({ block, index }: Pick<PageState, 'block' | 'index'>): Item | undefined =>
  block?.items[index]

import * as z from 'zod'
import type { JsonRecord } from './record.ts'

const Share = z.number().min(0).max(1)
const Deviation = z.number().min(0)

/** How far workers are apart about a box. */
const Spread = z
  .object({ left: Deviation, top: Deviation, right: Deviation, bottom: Deviation })
  .meta({ id: 'EdgeSpread', description: 'How far workers are apart about each edge of a box.' })
  .describe(
    'How far they are apart: the median deviation of each edge from the median, as a share of the side of the box',
  )

/** How a box came about, where several workers were asked. */
export const BoxOrigin = z.object({
  workers: z.array(z.string()).optional().describe('Pseudonyms of the workers who drew the box'),
  spread: Spread.optional(),
  classVotes: z
    .record(z.string(), Share)
    .optional()
    .describe('Where they differ about the class: the share of each, by the skill of those who chose it'),
})
export type BoxOrigin = z.infer<typeof BoxOrigin>

const Asked = z
  .object({
    workerId: z.string().describe('Pseudonym of the worker'),
    seconds: z.number().min(0).describe('Active time on the image'),
    skill: Share.optional().describe('What the opinion counted, 0 to 1; absent where it was the only one'),
    verdict: z.string().optional().describe('What the worker said, when verifying'),
    isLeftOut: z
      .boolean()
      .optional()
      .describe('True where the boxes were left out, as there are hundreds all over each other'),
  })
  .meta({ id: 'OpinionOrigin', description: 'A worker who was asked about an image.' })

const Disputed = z
  .object({
    because: z
      .string()
      .describe(
        '`few-votes`: too few drew the box, so that it is left out, or hardly enough. `class`: its class is in doubt',
      ),
    share: Share.describe('Share of those who drew it, or who chose its class, by their skill'),
    className: z.string(),
    left: z.number(),
    top: z.number(),
    width: z.number().min(0),
    height: z.number().min(0),
    ...BoxOrigin.shape,
  })
  .meta({ id: 'DisputedBox', description: 'A box on which workers differ, and nobody has decided.' })

const Checked = z
  .object({
    workerId: z.string().describe('Pseudonym of the worker'),
    seconds: z.number().min(0).describe('Active time on the image'),
    answer: z
      .string()
      .describe('`correct`: every object has a box; `incorrect`: one has none; `cannot-tell` or `bad-image`'),
  })
  .meta({ id: 'CheckOrigin', description: 'A worker who was asked whether any object of an image lacks a box.' })

/** How a label came about; of jobs of Groundwork's own engine. */
export const LabelConsolidation = z.object({
  opinions: z.array(Asked).optional().describe('Who was asked, in the order of their answers'),
  reviewer: Asked.optional().describe('The reviewer who has decided'),
  check: Checked.optional().describe('Who has checked whether any object lacks a box'),
  disputes: z.array(Disputed).optional().describe('The boxes on which they differ: 100 at most'),
})
export type LabelConsolidation = z.infer<typeof LabelConsolidation>

const StoredWorker = z.object({
  worker: z.string(),
  seconds: z.number(),
  skill: z.number().optional(),
  verdict: z.string().optional(),
  isLeftOut: z.boolean().optional(),
})
const StoredBox = z.object({
  workers: z.array(z.int()),
  spread: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  classVotes: z.record(z.string(), z.number()).optional(),
})
const StoredDispute = StoredBox.extend({
  because: z.string(),
  share: z.number(),
  className: z.string(),
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
})
const Stored = z.object({
  opinions: z.array(StoredWorker),
  review: StoredWorker.optional(),
  check: z.object({ worker: z.string(), seconds: z.number(), answer: z.string() }).optional(),
  boxes: z.array(StoredBox).optional(),
  disputes: z.array(StoredDispute).optional(),
})

/** What the metadata of a label says about how it came about. */
export interface ReadConsolidation {
  readonly label: LabelConsolidation
  /** In the order of the boxes of the label. */
  readonly boxes: readonly BoxOrigin[]
}

/** Reads how a label came about. What is invalid or absent is left out, as the label does not depend on it. Pure. */
export function readConsolidation({ consolidation }: JsonRecord): ReadConsolidation {
  const { data } = Stored.safeParse(consolidation)
  if (!data) return { label: {}, boxes: [] }
  const { opinions, review, check, boxes = [], disputes = [] } = data
  const toAsked = <Said extends { worker: string }>({ worker, ...asked }: Said) => ({ workerId: worker, ...asked })
  const toOrigin = ({ workers, spread: [left, top, right, bottom], classVotes }: z.infer<typeof StoredBox>) => ({
    workers: workers.flatMap((place) => opinions[place]?.worker ?? []),
    spread: { left, top, right, bottom },
    ...(classVotes && { classVotes }),
  })
  return {
    label: {
      opinions: opinions.map(toAsked),
      ...(review && { reviewer: toAsked(review) }),
      ...(check && { check: toAsked(check) }),
      ...(disputes.length > 0 && { disputes: disputes.map((one) => ({ ...one, ...toOrigin(one) })) }),
    },
    boxes: boxes.map(toOrigin),
  }
}

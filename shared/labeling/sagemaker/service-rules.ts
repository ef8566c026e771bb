import * as z from 'zod'
import type { Issue } from '../../contracts/errors.ts'
import { LabelAttributeName } from '../../contracts/label-attribute.ts'
import type { TaskPrice } from '../../contracts/labeler.ts'
import { toIssues, zodErrorMap } from '../../platform/http/request-issues.ts'
import type { JobOptions } from './job-options.ts'
import { parseTeamKind } from './workteam-arn.ts'

const MAX_TAGS = 50
/** Of ours: the batch and its recipe. */
const OWN_TAGS = 2
const MAX_TAG_KEY = 128
const MAX_TAG_VALUE = 256
const TAG_CHARACTERS = 'letters, digits, spaces and _ . : / = + - @'
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const PII_FREE = 'FreeOfPersonallyIdentifiableInformation'
const CLASSIFIERS = [PII_FREE, 'FreeOfAdultContent'] as const

/** What a public worker can be paid for a task with boxes, in tenths of a cent. */
const PRICES = [36, 48, 60, 72, 120, 240, 360, 480, 600, 720, 840, 960, 1080, 1200]

const MOST_AVAILABLE = { public: 43_200, private: 2_592_000, vendor: 2_592_000 } as const

const BLANK = 'must not be blank'

/** They become a part of the page that workers see. */
const Instructions = z
  .string()
  .regex(/\S/, BLANK)
  .regex(/^[\t\n\r\P{Cc}]*$/u, 'must hold no control character but tabs and line breaks')

/**
 * What the labeling service takes of each field by itself.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
 */
const ServiceRules = z.object({
  labelAttributeName: LabelAttributeName,
  taskTitle: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\t\n\r -\uD7FF\uE000-\uFFFD]*$/, 'must hold no emoji and no control character')
    .regex(/\S/, BLANK),
  taskDescription: z.string().min(1).max(255).regex(/^.+$/, 'must be one line').regex(/\S/, BLANK),
  taskKeywords: z
    .array(
      z
        .string()
        .min(1)
        .max(30)
        .regex(/^[A-Za-z0-9]+( [A-Za-z0-9]+)*$/, 'must be ASCII letters and digits, words apart by one space'),
    )
    .min(1)
    .max(5)
    .optional(),
  instructions: z.object({ short: Instructions.optional(), full: Instructions.optional() }).optional(),
  workersPerObject: z.int().min(1).max(9),
  taskTimeLimitSeconds: z.int().min(30).max(28_800),
  taskAvailabilitySeconds: z.int().min(60).max(2_592_000).optional(),
  maxConcurrentTasks: z.int().min(1).max(5000).optional(),
  stoppingConditions: z
    .object({
      maxHumanLabeledObjects: z.int().min(1).max(2_147_483_647).optional(),
      maxPercentageLabeled: z.int().min(1).max(100).optional(),
    })
    .refine((conditions) => Object.keys(conditions).length > 0, {
      error: 'must have maxHumanLabeledObjects or maxPercentageLabeled',
    })
    .optional(),
  publicTaskPrice: z
    .object({
      dollars: z.int().min(0).max(2).optional(),
      cents: z.int().min(0).max(99).optional(),
      tenthFractionsOfACent: z.int().min(0).max(9).optional(),
    })
    .optional(),
  contentClassifiers: z.array(z.enum(CLASSIFIERS)).max(256).optional(),
})

/** Every rule of the labeling service that the options break by themselves. Pure. */
export function findOptionIssues(options: JobOptions): Issue[] {
  const result = ServiceRules.safeParse(options, { error: zodErrorMap, reportInput: true })
  const faults = result.success ? [] : toIssues('body', result.error.issues)
  const others = [...faultsOfTags(options.tags ?? {}), ...faultsOfTeamKind(options)]
  // What is wrong in itself is not told again for what follows from it.
  return [...faults, ...others.filter(({ at }) => !faults.some((fault) => `${fault.at}.`.startsWith(`${at}.`)))]
}

function faultsOfTags(tags: Readonly<Record<string, string>>): Issue[] {
  const faults: Issue[] = []
  const entries = Object.entries(tags)
  if (entries.length > MAX_TAGS - OWN_TAGS)
    faults.push({
      at: 'body.tags',
      message: `must be at most ${MAX_TAGS - OWN_TAGS}, as two more are Groundwork's own`,
    })
  for (const [key, value] of entries) {
    const at = `body.tags.${key.slice(0, MAX_TAG_KEY)}`
    if (key === '' || key.length > MAX_TAG_KEY || !TAG_TEXT.test(key))
      faults.push({ at, message: `its name must be 1 to ${MAX_TAG_KEY} ${TAG_CHARACTERS}` })
    else if (/^(aws|groundwork):/i.test(key)) faults.push({ at, message: 'must not begin with aws: or groundwork:' })
    else if (value.length > MAX_TAG_VALUE || !TAG_TEXT.test(value))
      faults.push({ at, message: `must be at most ${MAX_TAG_VALUE} ${TAG_CHARACTERS}` })
  }
  return faults
}

/** What only some work teams want, or take. */
function faultsOfTeamKind({
  workteamArn,
  publicTaskPrice,
  contentClassifiers = [],
  taskAvailabilitySeconds,
}: JobOptions): Issue[] {
  const kind = parseTeamKind(workteamArn)
  if (kind === undefined) return []
  const faults: Issue[] = []
  if (kind === 'public' && !publicTaskPrice)
    faults.push({ at: 'body.publicTaskPrice', message: 'is missing; workers of the public work team are paid by task' })
  if (kind !== 'public' && publicTaskPrice)
    faults.push({ at: 'body.publicTaskPrice', message: 'is only for the public work team; leave it out' })
  if (kind === 'public' && publicTaskPrice && !PRICES.includes(tenthsOfACent(publicTaskPrice)))
    faults.push({
      at: 'body.publicTaskPrice',
      message: `must come to one of ${PRICES.map((price) => (price / 1000).toFixed(3)).join(', ')} US dollars, not ${toDollars(publicTaskPrice)}`,
    })
  if (kind === 'public' && !contentClassifiers.includes(PII_FREE))
    faults.push({
      at: 'body.contentClassifiers',
      message: `must have ${PII_FREE} for the public work team, which may be shown no personal data`,
    })
  const most = MOST_AVAILABLE[kind]
  if (taskAvailabilitySeconds !== undefined && taskAvailabilitySeconds > most)
    faults.push({
      at: 'body.taskAvailabilitySeconds',
      message: `must be at most ${most} for a ${kind} work team, not ${taskAvailabilitySeconds}`,
    })
  return faults
}

const tenthsOfACent = ({ dollars = 0, cents = 0, tenthFractionsOfACent = 0 }: TaskPrice): number =>
  1000 * dollars + 10 * cents + tenthFractionsOfACent

/** What a public worker is paid for a task, in US dollars. Pure. */
export const toDollars = (price: TaskPrice): number => tenthsOfACent(price) / 1000

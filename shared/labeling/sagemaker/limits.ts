import * as z from 'zod'
import type { Issue } from '../../contracts/errors.ts'
import type { TaskPrice } from '../../contracts/labeler.ts'
import { toIssues, zodErrorMap } from '../../platform/http/request-issues.ts'
import { findForeignFields, type JobOptions } from '../job-options.ts'
import { JobRules, MAX_AVAILABILITY_SECONDS as MAX_SECONDS } from '../job-rules.ts'
import { parseTeamKind, type TeamKind } from './workteams.ts'

export const MAX_TAGS = 50
/** Tags that Groundwork adds: the batch and its recipe. */
export const OWN_TAGS = 2
export const MAX_TAG_KEY_CHARACTERS = 128
export const MAX_TAG_VALUE_CHARACTERS = 256
const TAG_CHARACTERS = 'letters, digits, spaces and _ . : / = + - @'
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const PII_FREE = 'FreeOfPersonallyIdentifiableInformation'
const CLASSIFIERS = [PII_FREE, 'FreeOfAdultContent'] as const

/** The prices of a task with boxes for the public work team, in tenths of a cent. */
export const PRICES = [36, 48, 60, 72, 120, 240, 360, 480, 600, 720, 840, 960, 1080, 1200]

export const MAX_AVAILABILITY_SECONDS: Readonly<Record<TeamKind, number>> = {
  public: 43_200,
  private: MAX_SECONDS,
  vendor: MAX_SECONDS,
}

/**
 * The rules of the labeling service for each field on its own.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html
 */
export const ServiceRules = JobRules.extend({
  taskKeywords: z
    .array(
      z
        .string()
        .min(1)
        .max(30)
        .regex(
          /^[A-Za-z0-9]+( [A-Za-z0-9]+)*$/,
          'must be words of ASCII letters and digits, separated by single spaces',
        ),
    )
    .min(1)
    .max(5)
    .optional(),
  maxConcurrentTasks: z.int().min(1).max(5000).optional(),
  publicTaskPrice: z
    .object({
      dollars: z.int().min(0).max(2).optional(),
      cents: z.int().min(0).max(99).optional(),
      tenthFractionsOfACent: z.int().min(0).max(9).optional(),
    })
    .optional(),
  contentClassifiers: z.array(z.enum(CLASSIFIERS)).max(256).optional(),
})

/** Finds every rule of the labeling service that the options break on their own. Pure. */
export function findOptionIssues(options: JobOptions): Issue[] {
  const result = ServiceRules.safeParse(options, { error: zodErrorMap, reportInput: true })
  const issues = result.success ? [] : toIssues('body', result.error.issues)
  const others = [
    ...findForeignFields(options, ENGINE_FIELDS, 'sagemaker', 'groundwork'),
    ...findTagIssues(options.tags ?? {}),
    ...findTeamKindIssues(options),
  ]
  // A field that is invalid on its own is not reported again for what follows from it.
  return [...issues, ...others.filter(({ at }) => !issues.some((issue) => `${issue.at}.`.startsWith(`${at}.`)))]
}

/** Fields of Groundwork's own engine, and what SageMaker has in their place. */
const ENGINE_FIELDS = {
  stopWhen: 'SageMaker always asks workersPerObject workers',
  review: 'SageMaker has no reviewers',
  coverageCheck: 'SageMaker does not ask whether an object lacks a box',
  gold: 'SageMaker has no images with known answers',
} as const satisfies Partial<Record<keyof JobOptions, string>>

function* findTagIssues(tags: Readonly<Record<string, string>>): Generator<Issue> {
  const entries = Object.entries(tags)
  const limit = MAX_TAGS - OWN_TAGS
  if (entries.length > limit)
    yield {
      at: 'body.tags',
      message: `must be at most ${limit}, as Groundwork adds ${OWN_TAGS} more, not ${entries.length}`,
    }
  for (const [key, value] of entries) {
    const at = `body.tags.${key.slice(0, MAX_TAG_KEY_CHARACTERS)}`
    if (key === '' || key.length > MAX_TAG_KEY_CHARACTERS || !TAG_TEXT.test(key))
      yield { at, message: `must have a name of 1 to ${MAX_TAG_KEY_CHARACTERS} ${TAG_CHARACTERS}` }
    else if (/^(aws|groundwork):/i.test(key))
      yield { at, message: 'must have a name that does not begin with aws: or groundwork:' }
    else if (value.length > MAX_TAG_VALUE_CHARACTERS || !TAG_TEXT.test(value))
      yield { at, message: `must be at most ${MAX_TAG_VALUE_CHARACTERS} ${TAG_CHARACTERS}` }
  }
}

/** Finds fields that the kind of the work team requires or does not allow. */
function* findTeamKindIssues({
  workteamArn,
  publicTaskPrice,
  contentClassifiers = [],
  taskAvailabilitySeconds,
}: JobOptions): Generator<Issue> {
  const kind = workteamArn === undefined ? undefined : parseTeamKind(workteamArn)
  if (kind === undefined) return
  if (kind === 'public') yield* findPriceIssues(publicTaskPrice)
  else if (publicTaskPrice) yield { at: 'body.publicTaskPrice', message: `must be left out for a ${kind} work team` }
  if (kind === 'public' && !contentClassifiers.includes(PII_FREE))
    yield {
      at: 'body.contentClassifiers',
      message: `must include ${PII_FREE} for the public work team, which must not see personal data`,
    }
  const limit = MAX_AVAILABILITY_SECONDS[kind]
  if (taskAvailabilitySeconds !== undefined && taskAvailabilitySeconds > limit)
    yield {
      at: 'body.taskAvailabilitySeconds',
      message: `must be at most ${limit} for a ${kind} work team, not ${taskAvailabilitySeconds}`,
    }
}

function* findPriceIssues(price: TaskPrice | undefined): Generator<Issue> {
  const at = 'body.publicTaskPrice'
  if (!price) yield { at, message: 'is missing; the public work team is paid by task' }
  else if (!PRICES.includes(tenthsOfACent(price))) {
    const prices = PRICES.map((tenths) => (tenths / 1000).toFixed(3)).join(', ')
    yield { at, message: `must add up to one of ${prices} US dollars, not ${toDollars(price)}` }
  }
}

const tenthsOfACent = ({ dollars = 0, cents = 0, tenthFractionsOfACent = 0 }: TaskPrice): number =>
  1000 * dollars + 10 * cents + tenthFractionsOfACent

/** Converts the price of a task to US dollars. Pure. */
export const toDollars = (price: TaskPrice): number => tenthsOfACent(price) / 1000

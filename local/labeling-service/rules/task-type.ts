import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'

/** Accounts that own the built-in functions of the service, by region. */
const FUNCTION_ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ['ap-northeast-1', '477331159723'],
  ['ap-northeast-2', '845288260483'],
  ['ap-south-1', '565803892007'],
  ['ap-southeast-1', '377565633583'],
  ['ap-southeast-2', '454466003867'],
  ['ca-central-1', '918755190332'],
  ['eu-central-1', '203001061592'],
  ['eu-west-1', '568282634449'],
  ['eu-west-2', '487402164563'],
  ['us-east-1', '432418664414'],
  ['us-east-2', '266458841044'],
  ['us-west-2', '081040173940'],
])

const TASK_TYPES = { BoundingBox: 'draw', AdjustmentBoundingBox: 'adjust', VerificationBoundingBox: 'verify' } as const

/** What workers do in a task. */
export type TaskType = (typeof TASK_TYPES)[keyof typeof TASK_TYPES]

const isTaskTypeName = (name: string): name is keyof typeof TASK_TYPES => Object.hasOwn(TASK_TYPES, name)

const PRE = 'HumanTaskConfig.PreHumanTaskLambdaArn'
const ACS = 'HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn'

/**
 * Derives the task type from the pre-annotation and consolidation functions. Both are required, must belong to this
 * region, and must have the same type.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HumanTaskConfig.html
 * @throws ServiceError `ValidationException`
 */
export function parseTaskType({ HumanTaskConfig }: CreateRequest, region: string): TaskType {
  const { PreHumanTaskLambdaArn, AnnotationConsolidationConfig } = HumanTaskConfig
  const account = FUNCTION_ACCOUNTS.get(region)
  if (account === undefined) throw invalid(PRE, `the service has no built-in functions in ${region}`)
  const before = parseFunctionType(PreHumanTaskLambdaArn, PRE, 'PRE', region, account)
  const after = parseFunctionType(
    AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn,
    ACS,
    'ACS',
    region,
    account,
  )
  if (before !== after) throw invalid(ACS, `must match PRE-${before}, but is ACS-${after}`)
  return TASK_TYPES[before]
}

function parseFunctionType(
  arn: string | undefined,
  member: string,
  kind: 'PRE' | 'ACS',
  region: string,
  account: string,
) {
  if (arn === undefined) throw invalid(member, 'is required for bounding box jobs; custom tasks are not supported')
  const prefix = `arn:aws:lambda:${region}:${account}:function:${kind}-`
  if (!arn.startsWith(prefix)) throw invalid(member, `must start with ${prefix} in ${region}, but is "${arn}"`)
  const type = arn.slice(prefix.length)
  if (!isTaskTypeName(type))
    throw invalid(member, `must be one of ${Object.keys(TASK_TYPES).join(', ')}, but is ${kind}-${type}`)
  return type
}

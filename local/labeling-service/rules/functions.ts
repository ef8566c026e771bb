import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'

/** Owners of the functions that the service brings, by region. Ids are strings: one begins with a zero. */
const accounts: ReadonlyMap<string, string> = new Map([
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

const tasks = { BoundingBox: 'draw', AdjustmentBoundingBox: 'adjust', VerificationBoundingBox: 'verify' } as const

/** What workers are to do. */
export type Task = (typeof tasks)[keyof typeof tasks]

const isTaskName = (name: string): name is keyof typeof tasks => Object.hasOwn(tasks, name)

const PRE = 'HumanTaskConfig.PreHumanTaskLambdaArn'
const ACS = 'HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn'

/**
 * The task, by the pair of functions: both must be there, of this region, and of one type.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HumanTaskConfig.html
 * @throws ServiceError `ValidationException`
 */
export function taskOf({ HumanTaskConfig }: CreateRequest, region: string): Task {
  const { PreHumanTaskLambdaArn, AnnotationConsolidationConfig } = HumanTaskConfig
  const account = accounts.get(region)
  if (account === undefined) throw invalid(PRE, `the service has no functions of its own in ${region}`)
  const before = typeOf(PreHumanTaskLambdaArn, PRE, 'PRE', region, account)
  const after = typeOf(AnnotationConsolidationConfig?.AnnotationConsolidationLambdaArn, ACS, 'ACS', region, account)
  if (before !== after) throw invalid(ACS, `ACS-${after} does not go with PRE-${before}`)
  return tasks[before]
}

function typeOf(arn: string | undefined, member: string, kind: 'PRE' | 'ACS', region: string, account: string) {
  if (arn === undefined)
    throw invalid(member, 'without it the job is a custom one, and this local server runs none; boxes need it')
  const prefix = `arn:aws:lambda:${region}:${account}:function:${kind}-`
  if (!arn.startsWith(prefix))
    throw invalid(member, `"${arn}" is none of the functions that the service has in ${region}; they begin ${prefix}`)
  const type = arn.slice(prefix.length)
  if (!isTaskName(type))
    throw invalid(member, `this local server runs ${Object.keys(tasks).join(', ')}, and no ${kind}-${type}`)
  return type
}

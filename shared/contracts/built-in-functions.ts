/** What workers do: draw boxes, adjust existing boxes, or verify existing boxes. */
export const MODES = ['draw', 'adjust', 'verify'] as const
export type Mode = (typeof MODES)[number]

/**
 * Accounts that own SageMaker's built-in Lambda functions, by region. Other regions have no bounding box jobs. Account
 * ids are strings because some begin with a zero.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HumanTaskConfig.html
 */
const FUNCTION_ACCOUNTS: Readonly<Record<string, string>> = {
  'ap-northeast-1': '477331159723',
  'ap-northeast-2': '845288260483',
  'ap-south-1': '565803892007',
  'ap-southeast-1': '377565633583',
  'ap-southeast-2': '454466003867',
  'ca-central-1': '918755190332',
  'eu-central-1': '203001061592',
  'eu-west-1': '568282634449',
  'eu-west-2': '487402164563',
  'us-east-1': '432418664414',
  'us-east-2': '266458841044',
  'us-west-2': '081040173940',
}

/** Regions with bounding box jobs. */
export const LABELING_REGIONS: readonly string[] = Object.keys(FUNCTION_ACCOUNTS)

const TASK_TYPES: Readonly<Record<Mode, string>> = {
  draw: 'BoundingBox',
  adjust: 'AdjustmentBoundingBox',
  verify: 'VerificationBoundingBox',
}

/** Returns the ARNs of the pre-annotation and consolidation functions; undefined in regions without bounding box jobs. Pure. */
export function builtInFunctions(region: string, mode: Mode) {
  const account = Object.hasOwn(FUNCTION_ACCOUNTS, region) ? FUNCTION_ACCOUNTS[region] : undefined
  if (account === undefined) return undefined
  const arn = (kind: 'PRE' | 'ACS') => `arn:aws:lambda:${region}:${account}:function:${kind}-${TASK_TYPES[mode]}`
  return { preHumanTaskLambdaArn: arn('PRE'), consolidationLambdaArn: arn('ACS') }
}

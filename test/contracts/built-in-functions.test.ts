import { describe, expect, it } from '@jest/globals'
import { builtInFunctions, LABELING_REGIONS } from '../../shared/contracts/built-in-functions.ts'

/** Accounts as the documentation of the service lists them. */
const ACCOUNTS = [
  ['us-east-1', '432418664414'],
  ['us-east-2', '266458841044'],
  ['us-west-2', '081040173940'],
  ['ca-central-1', '918755190332'],
  ['eu-west-1', '568282634449'],
  ['eu-west-2', '487402164563'],
  ['eu-central-1', '203001061592'],
  ['ap-northeast-1', '477331159723'],
  ['ap-northeast-2', '845288260483'],
  ['ap-south-1', '565803892007'],
  ['ap-southeast-1', '377565633583'],
  ['ap-southeast-2', '454466003867'],
] as const

describe('built-in Lambda functions of Ground Truth', () => {
  it.each(ACCOUNTS)('uses for region %s the functions of account %s', (region, account) => {
    const arn = `arn:aws:lambda:${region}:${account}:function`
    expect(builtInFunctions(region, 'draw')).toEqual({
      preHumanTaskLambdaArn: `${arn}:PRE-BoundingBox`,
      consolidationLambdaArn: `${arn}:ACS-BoundingBox`,
    })
    expect(builtInFunctions(region, 'adjust')?.preHumanTaskLambdaArn).toBe(`${arn}:PRE-AdjustmentBoundingBox`)
    expect(builtInFunctions(region, 'verify')?.consolidationLambdaArn).toBe(`${arn}:ACS-VerificationBoundingBox`)
  })

  it.each(['eu-west-3', 'us-gov-west-1', 'cn-north-1', 'constructor', ''])('returns none for region %j', (region) =>
    expect(builtInFunctions(region, 'draw')).toBeUndefined(),
  )

  it('knows exactly these regions', () =>
    expect(LABELING_REGIONS.toSorted()).toEqual(ACCOUNTS.map(([region]) => region).toSorted()))
})

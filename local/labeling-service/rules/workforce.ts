import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'
import { listPrivateTeams, publicTeamArn } from '../workers/teams.ts'

/**
 * The prices that the service accepts for a bounding box task, in tenths of a cent.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PublicWorkforceTaskPrice.html
 */
const PRICES_TENTHS_OF_CENT = [36, 48, 60, 72, 120, 240, 360, 480, 600, 720, 840, 960, 1080, 1200]

/** Checks the work team and the requirements of the public workforce. @throws ServiceError `ValidationException` */
export function checkWorkforce(
  { HumanTaskConfig, InputConfig }: CreateRequest,
  location: { readonly region: string; readonly account: string },
): void {
  const { WorkteamArn, PublicWorkforceTaskPrice } = HumanTaskConfig
  if (isPublic(WorkteamArn, location.region)) {
    checkPrice(PublicWorkforceTaskPrice)
    const classifiers = InputConfig.DataAttributes?.ContentClassifiers ?? []
    if (!classifiers.includes('FreeOfPersonallyIdentifiableInformation'))
      throw invalid(
        'InputConfig.DataAttributes.ContentClassifiers',
        'must include FreeOfPersonallyIdentifiableInformation for the public workforce',
      )
    return
  }
  if (!listPrivateTeams(location).some((team) => team.WorkteamArn === WorkteamArn))
    throw invalid('HumanTaskConfig.WorkteamArn', `work team ${WorkteamArn} does not exist`)
  if (PublicWorkforceTaskPrice)
    throw invalid('HumanTaskConfig.PublicWorkforceTaskPrice', 'is allowed only for the public workforce')
}

export const isPublic = (arn: string, region: string): boolean => arn === publicTeamArn(region)

function checkPrice(price: CreateRequest['HumanTaskConfig']['PublicWorkforceTaskPrice']): void {
  const member = 'HumanTaskConfig.PublicWorkforceTaskPrice'
  if (!price?.AmountInUsd) throw invalid(member, 'must have AmountInUsd for the public workforce')
  const { Dollars = 0, Cents = 0, TenthFractionsOfACent = 0 } = price.AmountInUsd
  const total = Dollars * 1000 + Cents * 10 + TenthFractionsOfACent
  if (PRICES_TENTHS_OF_CENT.includes(total)) return
  const allowed = PRICES_TENTHS_OF_CENT.map((tenths) => (tenths / 1000).toFixed(3)).join(', ')
  throw invalid(member, `must be one of ${allowed} USD for bounding boxes, but is ${(total / 1000).toFixed(3)}`)
}

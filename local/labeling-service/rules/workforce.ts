import type { CreateRequest } from '../model/create-request.ts'
import { invalid } from '../protocol/errors.ts'
import { privateTeams, publicTeamArn } from '../workers/teams.ts'

/**
 * The prices that the service takes for a box task, in tenths of a cent.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PublicWorkforceTaskPrice.html
 */
const PRICES = [36, 48, 60, 72, 120, 240, 360, 480, 600, 720, 840, 960, 1080, 1200]

/** Who works, and what the public crowd needs. @throws ServiceError `ValidationException` */
export function checkWorkforce(
  { HumanTaskConfig, InputConfig }: CreateRequest,
  place: { readonly region: string; readonly account: string },
): void {
  const { WorkteamArn, PublicWorkforceTaskPrice } = HumanTaskConfig
  if (isPublic(WorkteamArn, place.region)) {
    checkPrice(PublicWorkforceTaskPrice)
    const classifiers = InputConfig.DataAttributes?.ContentClassifiers ?? []
    if (!classifiers.includes('FreeOfPersonallyIdentifiableInformation'))
      throw invalid(
        'InputConfig.DataAttributes.ContentClassifiers',
        'the public crowd may only be shown what is FreeOfPersonallyIdentifiableInformation',
      )
    return
  }
  if (!privateTeams(place).some((team) => team.WorkteamArn === WorkteamArn))
    throw invalid('HumanTaskConfig.WorkteamArn', `there is no work team ${WorkteamArn} here, or it may not be used`)
  if (PublicWorkforceTaskPrice)
    throw invalid('HumanTaskConfig.PublicWorkforceTaskPrice', 'only the public crowd is paid by the task')
}

export const isPublic = (arn: string, region: string): boolean => arn === publicTeamArn(region)

function checkPrice(price: CreateRequest['HumanTaskConfig']['PublicWorkforceTaskPrice']): void {
  const member = 'HumanTaskConfig.PublicWorkforceTaskPrice'
  if (!price?.AmountInUsd) throw invalid(member, 'the public crowd needs AmountInUsd')
  const { Dollars = 0, Cents = 0, TenthFractionsOfACent = 0 } = price.AmountInUsd
  const total = Dollars * 1000 + Cents * 10 + TenthFractionsOfACent
  if (PRICES.includes(total)) return
  const allowed = PRICES.map((tenths) => (tenths / 1000).toFixed(3)).join(', ')
  throw invalid(member, `${(total / 1000).toFixed(3)} USD is no price of a box task; these are: ${allowed}`)
}

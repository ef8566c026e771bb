import {
  DescribeWorkteamCommand,
  ListWorkteamsCommand,
  type SageMakerClient,
  type Workteam as ServiceWorkteam,
} from '@aws-sdk/client-sagemaker'
import type { Workteam, Workteams } from '../../contracts/labeler.ts'
import { invalidCursor } from '../../contracts/page.ts'
import { callSageMaker } from './call-sagemaker.ts'

/** The private work teams of Amazon SageMaker. */
export function sagemakerWorkteams(client: SageMakerClient): Workteams {
  return {
    list: async ({ limit, after }) => {
      const request = { SortBy: 'Name', SortOrder: 'Ascending', MaxResults: limit, NextToken: after } as const
      const send = () => client.send(new ListWorkteamsCommand(request))
      const refuse = (message: string): never => {
        throw after === undefined ? new Error(message) : invalidCursor()
      }
      const { Workteams: teams = [], NextToken } = await callSageMaker('Listing the work teams', send, {
        ValidationException: refuse,
      })
      return { teams: teams.map(toWorkteam), ...(NextToken !== undefined && { next: NextToken }) }
    },
    find: async (name) => {
      const send = () => client.send(new DescribeWorkteamCommand({ WorkteamName: name }))
      const missing = () => undefined
      // Which of the two the service answers for a team that it does not know is not documented.
      const others = { ResourceNotFound: missing, ValidationException: missing }
      const found = await callSageMaker(`Looking at the work team "${name}"`, send, others)
      return found?.Workteam && toWorkteam(found.Workteam)
    },
  }
}

const toWorkteam = ({
  WorkteamArn = '',
  WorkteamName = '',
  Description,
  SubDomain,
}: Partial<ServiceWorkteam>): Workteam => ({
  workteamArn: WorkteamArn,
  name: WorkteamName,
  description: Description,
  portalUrl: SubDomain ? withScheme(SubDomain) : undefined,
})

/** The service calls it a URI, and gives a host. */
const withScheme = (address: string): string => (/^https?:\/\//.test(address) ? address : `https://${address}`)

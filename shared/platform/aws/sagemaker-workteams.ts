import {
  DescribeWorkteamCommand,
  ListWorkteamsCommand,
  type SageMakerClient,
  type Workteam as ServiceWorkteam,
} from '@aws-sdk/client-sagemaker'
import type { Workteam, Workteams } from '../../contracts/labeler.ts'
import { invalidCursor } from '../../contracts/page.ts'
import { callSageMaker } from './call-sagemaker.ts'

/** Returns the private work teams of Amazon SageMaker. */
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
      // AWS does not document which of the two errors an unknown team gets.
      const handlers = { ResourceNotFound: missing, ValidationException: missing }
      const found = await callSageMaker(`Describing the work team "${name}"`, send, handlers)
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
  portalUrl: SubDomain ? addScheme(SubDomain) : undefined,
})

/** The service calls the subdomain a URI, but returns a host without a scheme. */
const addScheme = (address: string): string => (/^https?:\/\//.test(address) ? address : `https://${address}`)

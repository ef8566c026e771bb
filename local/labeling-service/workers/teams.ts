interface AccountLocation {
  readonly region: string
  readonly account: string
}

const teams = [
  { name: 'simulated-workers', group: 'workers', description: 'Draws, adjusts and verifies bounding boxes' },
  { name: 'simulated-reviewers', group: 'reviewers', description: 'A second team to choose from' },
]

/** Creation time of the first team, 2026-01-01; each further team is created a second later. */
const CREATED_SECONDS = 1_767_225_600

export type Workteam = ReturnType<typeof listPrivateTeams>[number]

/** Returns the private teams of this server in the format of the API. */
export const listPrivateTeams = ({ region, account }: AccountLocation) =>
  teams.map(({ name, group, description }, at) => ({
    WorkteamName: name,
    WorkteamArn: `arn:aws:sagemaker:${region}:${account}:workteam/private-crowd/${name}`,
    WorkforceArn: `arn:aws:sagemaker:${region}:${account}:workforce/private-crowd/simulated`,
    Description: `Workers are simulated. ${description}.`,
    SubDomain: `simulated.labeling.${region}.sagemaker.aws`,
    CreateDate: CREATED_SECONDS + at,
    LastUpdatedDate: CREATED_SECONDS + at,
    MemberDefinitions: [
      {
        CognitoMemberDefinition: {
          UserPool: `${region}_simulated`,
          UserGroup: `simulated-${group}`,
          ClientId: 'simulated',
        },
      },
    ],
  }))

/** Returns the ARN of the public workforce, Amazon Mechanical Turk, which is simulated too. */
export const publicTeamArn = (region: string) =>
  `arn:aws:sagemaker:${region}:394669845002:workteam/public-crowd/default`

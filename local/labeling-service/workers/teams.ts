interface Place {
  readonly region: string
  readonly account: string
}

const teams = [
  { name: 'simulated-workers', group: 'workers', about: 'Draw, adjust and verify boxes as simulated workers do' },
  { name: 'simulated-reviewers', group: 'reviewers', about: 'Simulated too: a second team to choose from' },
]

/** When the teams were made, in seconds since 1970: 2026-01-01, and a second later for each further team. */
const MADE = 1_767_225_600

export type Workteam = ReturnType<typeof privateTeams>[number]

/** The private teams of this server, as the API tells them. */
export const privateTeams = ({ region, account }: Place) =>
  teams.map(({ name, group, about }, at) => ({
    WorkteamName: name,
    WorkteamArn: `arn:aws:sagemaker:${region}:${account}:workteam/private-crowd/${name}`,
    WorkforceArn: `arn:aws:sagemaker:${region}:${account}:workforce/private-crowd/simulated`,
    Description: `Nobody works here. ${about}.`,
    SubDomain: `simulated.labeling.${region}.sagemaker.aws`,
    CreateDate: MADE + at,
    LastUpdatedDate: MADE + at,
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

/** The team of Amazon Mechanical Turk; simulated as well. */
export const publicTeamArn = (region: string) =>
  `arn:aws:sagemaker:${region}:394669845002:workteam/public-crowd/default`

/** Who works: this account's own people, everybody on Amazon Mechanical Turk, or a company's. */
export type TeamKind = 'private' | 'public' | 'vendor'

const ARN = /^arn:aws[a-z-]*:sagemaker:([a-z0-9-]*):([0-9]{12}):workteam\/(private|public|vendor)-crowd\/(.+)$/
const MAX_LENGTH = 256
/** The account that owns the public work team of every region. */
const PUBLIC_ACCOUNT = '394669845002'

export interface TeamName {
  readonly region: string
  readonly account: string
  readonly kind: TeamKind
  readonly name: string
}

/** What a work team's ARN says; undefined when it is none. Pure. */
export function parseTeamArn(arn: string): TeamName | undefined {
  const [, region, account, kind, name] = arn.length > MAX_LENGTH ? [] : (ARN.exec(arn) ?? [])
  if (region === undefined || account === undefined || name === undefined) return undefined
  // The expression knows no other.
  return { region, account, kind: kind as TeamKind, name }
}

export const parseTeamKind = (arn: string): TeamKind | undefined => parseTeamArn(arn)?.kind

/** The public work team of a region. */
export const publicTeamArn = (region: string): string =>
  `arn:aws:sagemaker:${region}:${PUBLIC_ACCOUNT}:workteam/public-crowd/default`

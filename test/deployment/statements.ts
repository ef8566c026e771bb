/** The permission that a call of a port needs. */
export interface Need {
  readonly action: string
  /** ARN of the object, bucket, queue, labeling job or role; `*` for lists without one. */
  readonly resource: string
  /** The prefix of a listing; none for a check of the bucket or of a missing object. */
  readonly prefix?: string
  /** The service that a role is passed to. */
  readonly passedTo?: string
}

/** A statement of a role, with references resolved. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export const listed = <Item>(value: Item | readonly Item[]): readonly Item[] =>
  Array.isArray(value) ? value : [value as Item] // Array.isArray does not know readonly arrays

/** Tells whether a text matches a pattern, in which `*` matches anything. */
export const matchesPattern = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`, 's').test(text)

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&')

/** Tells whether IAM allows it: some statement allows it and none denies it. */
export const isAllowed = (statements: readonly Statement[], need: Need): boolean =>
  statements.some((one) => one.Effect === 'Allow' && fits(one, need)) &&
  !statements.some((one) => one.Effect === 'Deny' && fits(one, need))

const fits = (statement: Statement, need: Need): boolean =>
  listed(statement.Action).some((action) => matchesPattern(action, need.action)) &&
  listed(statement.Resource).some((resource) => matchesPattern(resource, need.resource)) &&
  conditionHolds(statement, need)

/** The values that conditions compare, by IAM condition key. */
const COMPARED: Readonly<Record<string, (need: Need) => string | undefined>> = {
  's3:prefix': ({ prefix }) => prefix,
  'iam:PassedToService': ({ passedTo }) => passedTo,
}

function conditionHolds({ Condition = {} }: Statement, need: Need): boolean {
  return Object.entries(Condition).every(([operator, compared]) => {
    const [[key = '', given = []] = [], ...others] = Object.entries(compared)
    const compare = COMPARED[key]
    if (!compare || others.length > 0) throw new Error(`nothing here compares ${JSON.stringify(compared)}`)
    const [value, patterns] = [compare(need), listed(given)]
    switch (operator) {
      case 'StringEquals':
        return value !== undefined && patterns.includes(value)
      case 'StringLikeIfExists':
        return value === undefined || patterns.some((pattern) => matchesPattern(pattern, value))
      case 'Null':
        return String(value === undefined) === patterns[0]
      default:
        throw new Error(`no condition here is called ${operator}`)
    }
  })
}

/** Lists each action on each resource that could be removed without refusing a need. */
export function unneededGrants(statements: readonly Statement[], needs: readonly Need[]): string[] {
  const denials = statements.filter(({ Effect }) => Effect === 'Deny')
  const grants = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(singles)
  return grants
    .filter((grant) => {
      const others = [...grants.filter((other) => other !== grant), ...denials]
      return needs.every((need) => !fits(grant, need) || isAllowed(others, need))
    })
    .map(({ Action, Resource, Condition = {} }) => `${Action} ${Resource} ${JSON.stringify(Condition)}`)
}

const singles = (statement: Statement): Statement[] =>
  listed(statement.Action).flatMap((Action) =>
    listed(statement.Resource).map((Resource) => ({ ...statement, Action, Resource })),
  )

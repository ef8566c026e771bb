/** A resource of a policy: text, a CloudFormation function, or a variable of serverless.yml. */
type Resource = string | { readonly 'Fn::Sub': string } | { readonly 'Fn::GetAtt': readonly [string, 'Arn'] }

/** An IAM statement. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: Resource | readonly Resource[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Allows actions on resources, where the condition holds. */
export const allow = (
  Action: Statement['Action'],
  Resource: Statement['Resource'],
  Condition?: Statement['Condition'],
): Statement => ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) })

const variable = (name: string): string => `$\{${name}}`
/** A value that deploy/choices.cjs decides. */
export const choice = (name: string): string => variable(`file(deploy/choices.cjs):${name}`)
/** The data prefix. */
export const DATA = variable('param:dataPrefix')

/** Objects of datasets and batches, below the data prefix. */
export const data = (keys: string): Resource => ({ 'Fn::Sub': `${variable('self:custom.data')}${keys}` })
/** State of labeling jobs, webhooks and tokens. */
export const system = (keys: string): Resource => ({ 'Fn::Sub': `${variable('self:custom.system')}${keys}` })
export const queue = (logicalId: string): Resource => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })
const arn = (rest: string): Resource => ({ 'Fn::Sub': `arn:${variable('AWS::Partition')}:${rest}` })
export const sagemaker = (resource: string): Resource =>
  arn(`sagemaker:${variable('AWS::Region')}:${variable('AWS::AccountId')}:${resource}`)
/** The folders of copies, which hold nothing else. */
export const COPIED_IMAGES = data('*/images/*')
export const BUCKET = arn(`s3:::${variable('self:custom.bucket')}`)

/** Allows listing the keys that start with a prefix, which may contain `*`. */
export const allowList = (prefix: string): Statement =>
  allow('s3:ListBucket', BUCKET, { StringLikeIfExists: { 's3:prefix': prefix } })

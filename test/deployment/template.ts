import { readFile } from 'node:fs/promises'
import type { Statement } from './statements.ts'

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'groundwork-dev',
}
const { 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT } = PSEUDO

/** A resource of a packaged template, with references resolved as CloudFormation does. */
export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read properties of every shape
  readonly Properties: any
  readonly DependsOn?: string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>
}

export const FOLDER = new URL('../../.serverless/', import.meta.url).pathname
const FILE = 'cloudformation-template-update-stack.json'

/** Reads the template that `npm run package` wrote, with its references. @throws Error when there is none */
export async function rawTemplate(folder = FOLDER): Promise<Template> {
  const text = await readFile(`${folder}/${FILE}`, 'utf8').catch(() => {
    throw new Error(`No template in ${folder}: run npm run package first.`)
  })
  return JSON.parse(text)
}

/** Reads the template that `npm run package` wrote, with references resolved. @throws Error when there is none */
export async function packagedTemplate(folder = FOLDER): Promise<Template> {
  const raw = await rawTemplate(folder)
  return resolved(raw, raw.Resources) as Template // resolving keeps the shape
}

/** Returns the properties of every resource of a type, by logical id. */
export const ofType = ({ Resources }: Template, type: string): [id: string, properties: Resource['Properties']][] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties ?? {}]] : []))

type Resources = Template['Resources']

function resolved(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, resources))
  if (typeof value !== 'object' || value === null) return value
  const [[name, given] = ['', undefined], ...others] = Object.entries(value)
  const intrinsic = others.length === 0 ? INTRINSICS[name] : undefined
  if (intrinsic) return intrinsic(resolved(given, resources), resources)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, resources)]))
}

// biome-ignore lint/suspicious/noExplicitAny: each takes its own kind of argument
const INTRINSICS: Readonly<Record<string, (given: any, resources: Resources) => unknown>> = {
  Ref: (id: string, resources) => PSEUDO[id] ?? resolveName(id, resources),
  'Fn::GetAtt': ([id, attribute]: [string, string], resources) => resolveAttribute(id, attribute, resources),
  'Fn::Join': ([separator, parts]: [string, string[]]) => parts.join(separator),
  'Fn::Sub': (text: string, resources) =>
    text.replaceAll(/\$\{([^}.]+)(?:\.([^}]+))?\}/g, (_, id: string, attribute?: string) =>
      attribute ? resolveAttribute(id, attribute, resources) : (PSEUDO[id] ?? resolveName(id, resources)),
    ),
}

/** The property that names a resource, by type. Other types are named by their logical id. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Events::Rule': 'Name',
}

function plainName(id: string, resources: Resources): string {
  const { Type = '', Properties = {} } = resources[id] ?? {}
  return String(resolved(Properties[NAMED_BY[Type] ?? ''], resources) ?? id)
}

function resolveName(id: string, resources: Resources): string {
  const name = plainName(id, resources)
  const isQueue = resources[id]?.Type === 'AWS::SQS::Queue'
  return isQueue ? `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}` : name
}

function resolveAttribute(id: string, attribute: string, resources: Resources): string {
  const name = plainName(id, resources)
  const type = resources[id]?.Type
  if (attribute === 'QueueName') return name
  if (attribute === 'ApiEndpoint') return `https://${id}.execute-api.${REGION}.amazonaws.com`
  if (attribute !== 'Arn') return `${id}.${attribute}`
  if (type === 'AWS::SQS::Queue') return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name}`
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${ACCOUNT}:role/${name}`
  if (type === 'AWS::Lambda::Function') return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`
  if (type === 'AWS::Logs::LogGroup') return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`
  return `${id}.Arn`
}

export interface PackagedFunction {
  /** `batches-create` */
  readonly name: string
  /** Logical id of the role. */
  readonly role: string
  readonly MemorySize: number
  readonly LoggingConfig: object
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> }
}

export const listFunctions = (template: Template): PackagedFunction[] =>
  ofType(template, 'AWS::Lambda::Function').map(([, properties]) => ({
    ...properties,
    name: properties.FunctionName.replace('groundwork-dev-', ''),
    role: roleAt(template, properties.Role),
  }))

function roleAt(template: Template, arn: string): string {
  const found = ofType(template, 'AWS::IAM::Role').find(([, { RoleName }]) => arn.endsWith(`:role/${RoleName}`))
  if (!found) throw new Error(`no role is ${arn}`)
  return found[0]
}

/** Returns all statements of a role. */
export const listAllStatements = ({ Resources }: Template, role: string): Statement[] =>
  Resources[role]?.Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  )

/** Returns the statements of a role without logs, traces, and receiving from the queue that invokes the function. */
export const listStatements = (template: Template, role: string): Statement[] =>
  listAllStatements(template, role).filter(({ Action }) => !/^(logs|xray|sqs:ReceiveMessage)\b/.test(String(Action)))

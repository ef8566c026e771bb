/** The part of the OpenAPI document that requests are generated from. */
export interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly operationId: string
  readonly security?: readonly { readonly token?: readonly string[] }[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

interface Parameter {
  readonly in: string
  readonly name: string
  readonly schema: Schema
}

/** The part of JSON Schema that our request schemas use. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
}

/** An operation that can be called. */
export interface Call {
  readonly operationId: string
  readonly method: string
  readonly path: string
  /** Whether it takes the session of a worker instead of a token. */
  readonly isForWorkers: boolean
  /** The parameters of the path. */
  readonly segments: readonly Parameter[]
  readonly query: readonly Parameter[]
  readonly body: Schema | undefined
}

/** Lists the operations of the OpenAPI document. */
export const listCalls = ({ paths }: Contract): Call[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, security = [], parameters = [], requestBody }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      isForWorkers: security.some(({ token }) => token?.includes('label')),
      segments: parameters.filter((parameter) => parameter.in === 'path'),
      query: parameters.filter((parameter) => parameter.in === 'query'),
      body: requestBody?.content['application/json']?.schema,
    })),
  )

/** A value of a JSON document. */
type Json = unknown

interface Answer {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, Json>>
  readonly content?: Readonly<Record<string, Readonly<Record<string, Json>>>>
  readonly 'x-error-codes'?: readonly string[]
}

interface Operation {
  readonly tags?: readonly string[]
  readonly responses?: Readonly<Record<string, Answer>>
}

/** The part of an OpenAPI document that the page reads. */
export interface Contract {
  readonly info: { readonly description?: string }
  readonly tags?: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly responses?: Readonly<Record<string, Answer>> }
}

/** An error that an operation can answer with. */
export interface OperationError {
  readonly status: string
  readonly code: string
}

const METHODS = new Set(['get', 'put', 'post', 'delete'])
const PROBLEM = 'application/problem+json'

/**
 * Returns the contract as the page shows it: what is the same for all operations is said once. The error answers of an
 * operation become one, `default`, with all their examples, and with the codes in `x-errors`. The description ends after its
 * first paragraph, and `x-details` is the rest. Groups without operations are left out. Pure.
 */
export function toPageDocument<Document extends Contract>(contract: Document): Document {
  const [first = '', ...rest] = (contract.info.description ?? '').split('\n\n')
  const shared = contract.components?.responses ?? {}
  const paths = Object.entries(contract.paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([method, operation]) => [
      method,
      METHODS.has(method) ? toPageOperation(operation, shared) : operation,
    ])
    return [path, Object.fromEntries(operations)]
  })
  const used = new Set(
    Object.values(contract.paths).flatMap((item) => Object.values(item).flatMap(({ tags }) => tags ?? [])),
  )
  return {
    ...contract,
    tags: (contract.tags ?? []).filter(({ name }) => used.has(name)),
    info: { ...contract.info, description: first, 'x-details': rest.join('\n\n') },
    paths: Object.fromEntries(paths),
  }
}

function toPageOperation(operation: Operation, shared: Readonly<Record<string, Answer>>): Operation {
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const name = answer.$ref?.split('/').at(-1)
    return { status, answer: (name === undefined ? undefined : shared[name]) ?? answer }
  })
  const errors = answers.filter(({ answer }) => answer['x-error-codes'] !== undefined)
  const others = answers.filter(({ answer }) => answer['x-error-codes'] === undefined)
  const responses = others.map(({ status, answer }) => [status, withoutRequestId(answer)])
  if (errors.length > 0) responses.push(['default', toOneAnswer(errors)])
  return { ...operation, responses: Object.fromEntries(responses) }
}

/** Every answer has this header, and the introduction says so. */
function withoutRequestId({ headers = {}, ...answer }: Answer): Answer {
  const { 'x-request-id': _, ...others } = headers
  return Object.keys(others).length > 0 ? { ...answer, headers: others } : answer
}

type StatusAnswer = { readonly status: string; readonly answer: Answer }

function toOneAnswer(errors: readonly StatusAnswer[]): Answer {
  const codes: OperationError[] = errors.flatMap(({ status, answer }) =>
    (answer['x-error-codes'] ?? []).map((code) => ({ status, code })),
  )
  const examples = errors.flatMap(({ status, answer }) =>
    Object.entries((answer.content?.[PROBLEM]?.examples ?? {}) as Record<string, { summary?: string }>).map(
      ([name, example]) => [`${status}-${name}`, { ...example, summary: `${status}. ${example.summary ?? name}` }],
    ),
  )
  const schema = errors.find(({ answer }) => answer.content)?.answer.content?.[PROBLEM]?.schema
  const hasExamples = examples.length > 0 && schema !== undefined
  return {
    description: 'A problem document.',
    ...(hasExamples && { content: { [PROBLEM]: { schema, examples: Object.fromEntries(examples) } } }),
    ...({ 'x-errors': codes } as object),
  }
}

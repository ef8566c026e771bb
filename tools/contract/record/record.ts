import type { Endpoint } from '../../../shared/platform/http/endpoint.ts'
import { decodePath, parsePathTemplate } from '../../../shared/platform/http/path.ts'
import { type ExampleFile, toOperationId } from '../../examples/example-files.ts'
import { type ExampleTarget, type Exchange, parseJson, runExampleFile } from '../../examples/run-file.ts'
import type { Example } from '../examples.ts'

const MAX_ANSWER_CHARACTERS = 16_384

/**
 * Runs the `.http` files, and returns each request to the operation of its file as an example.
 * @throws Error naming a request with an unexpected status, or a file without an operation
 */
export async function recordFiles(
  files: readonly ExampleFile[],
  endpoints: readonly Endpoint<never>[],
  target: ExampleTarget,
): Promise<Example[]> {
  const examples: Example[] = []
  for (const file of files) {
    const endpoint = endpoints.find(({ operationId }) => operationId === toOperationId(file.name))
    if (!endpoint) throw new Error(`examples/${file.name}.http is about no operation`)
    for await (const exchange of runExampleFile(file, target)) {
      assertExpected(exchange)
      const example = toExample(endpoint, exchange)
      if (example) examples.push(example)
    }
  }
  return examples.map(({ name, ...example }, at) => {
    const isTaken = examples.slice(0, at).some((one) => one.operationId === example.operationId && one.name === name)
    return { ...example, name: isTaken ? `${name}-${at}` : name }
  })
}

function assertExpected({ request: { title, expected }, answer: { status, text } }: Exchange): void {
  if (!expected.includes(status)) throw new Error(`${title}: ${status} ${text}`)
}

/** Returns undefined if the request is to another operation, or the response is a file of a page or too large to help a reader. */
function toExample(
  { operationId, method, path, isPage }: Endpoint<never>,
  { request, sent, answer }: Exchange,
): Example | undefined {
  const { pathname, searchParams } = new URL(sent.target, 'http://localhost')
  const params = parsePathTemplate(path).match(decodePath(pathname) ?? [])
  if (sent.method !== method || !params) return undefined
  const isLines = answer.headers.get('content-type') === 'application/jsonl'
  const body = isLines ? answer.text : parseJson(answer)
  const isUnreadable = answer.text !== '' && (body === undefined || answer.text.length > MAX_ANSWER_CHARACTERS)
  // Names of files that belong to a page change with their contents.
  if (isUnreadable || (isPage && answer.status < 400)) return undefined
  return {
    operationId,
    name: toName(request.title),
    summary: request.title,
    ...(Object.keys(params).length > 0 && { params }),
    ...(searchParams.size > 0 && { query: Object.fromEntries(searchParams) }),
    ...(sent.body !== undefined && { request: JSON.parse(sent.body) }),
    status: answer.status,
    ...(body !== undefined && { answer: body }),
  }
}

/** Returns the first clause of a title as an identifier: `Refused: another name; …` is `another-name`. Pure. */
const toName = (title: string): string =>
  (/^(?:Refused: )?([^:;,.]+)/.exec(title)?.[1] ?? title)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

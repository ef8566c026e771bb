/** A request of an `.http` file, and the statuses that its comment expects. */
export interface ExampleRequest {
  readonly title: string
  /** The name by which later requests of the file refer to its answer. */
  readonly name: string | undefined
  readonly expected: readonly number[]
  readonly method: string
  /** Path and query; `{{name.response.body.field}}` is a field of the answer to a named request. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** An `.http` file of the examples. */
export interface HttpFile {
  /** The file that runs before it, without extension; undefined for the first. */
  readonly after: string | undefined
  /** Values of `{{name}}`, from lines such as `@host = http://127.0.0.1:3000`. */
  readonly variables: Readonly<Record<string, string>>
  readonly requests: readonly ExampleRequest[]
}

/** Parses an `.http` file. @throws Error naming a request that is not in the examples' format */
export function parseHttpFile(text: string): HttpFile {
  const [head = '', ...sections] = text.split(/^### /m)
  return {
    after: /^# after ([\w-]+)$/m.exec(head)?.[1],
    variables: Object.fromEntries([...head.matchAll(/^@(\w+) = (.+)$/gm)].map(([, name, value]) => [name, value])),
    requests: sections.map(parseRequest),
  }
}

function parseRequest(section: string): ExampleRequest {
  const [, title = '', name, expect = '', method = '', target = '', rest = ''] =
    /^(.+)\n(?:# @name (\w+)\n)?# expect ([0-9 or]+)\n([A-Z]+) \{\{host\}\}(\S+)\n([\s\S]*)$/.exec(section) ?? []
  if (title === '') throw new Error(`Not in the format of the examples: ${section}`)
  const [head = '', ...body] = rest.split('\n\n').map((part) => part.trim())
  const headers = head.split('\n').filter((line) => line !== '')
  const joined = body.join('\n\n').trim()
  return {
    title,
    name,
    expected: expect.split(' or ').map(Number),
    method,
    target,
    headers: Object.fromEntries(headers.map((line) => line.split(': '))),
    body: joined === '' ? undefined : joined,
  }
}

/**
 * Replaces `{{name}}` by a variable, and `{{name.response.body.field}}` by a field of the answer to a named request. Pure.
 * @param answers JSON bodies by request name
 */
export const fillPlaceholders = (
  text: string,
  variables: Readonly<Record<string, string>>,
  answers: ReadonlyMap<string, unknown>,
): string =>
  text
    .replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => variables[name] ?? placeholder)
    .replace(/\{\{(\w+)\.response\.body\.([\w.[\]]+)\}\}/g, (_, name: string, path: string) =>
      String(path.split(/[.[\]]+/).reduce<unknown>(readField, answers.get(name))),
    )

const readField = (value: unknown, field: string): unknown =>
  field === '' ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[field]

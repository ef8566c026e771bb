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

/** Parses the requests of an `.http` file, in order. @throws Error naming a request that is not in the examples' format */
export const parseHttpFile = (text: string): ExampleRequest[] => text.split(/^### /m).slice(1).map(parseRequest)

function parseRequest(section: string): ExampleRequest {
  const [, title = '', name, expect = '', method = '', target = '', rest = ''] =
    /^(.+)\n(?:# @name (\w+)\n)?# expect ([0-9 or]+)\n([A-Z]+) \{\{host\}\}(\S+)\n([\s\S]*)$/.exec(section) ?? []
  if (title === '') throw new Error(`Not in the format of the examples: ${section}`)
  const [head = '', ...body] = rest.trim().split('\n\n')
  const headers = head.split('\n').filter((line) => line !== '')
  return {
    title,
    name,
    expected: expect.split(' or ').map(Number),
    method,
    target,
    headers: Object.fromEntries(headers.map((line) => line.split(': '))),
    body: body.length === 0 ? undefined : body.join('\n\n'),
  }
}

/** Replaces `{{token}}` and the fields of earlier answers in a text. @param answers JSON bodies by request name */
export const fillPlaceholders = (text: string, token: string, answers: ReadonlyMap<string, unknown>): string =>
  text
    .replace('{{token}}', token)
    .replace(/\{\{(\w+)\.response\.body\.([\w.[\]]+)\}\}/g, (_, name: string, path: string) =>
      String(path.split(/[.[\]]+/).reduce<unknown>(readField, answers.get(name))),
    )

const readField = (value: unknown, field: string): unknown =>
  field === '' ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[field]

/** A request of an `.http` file, and the statuses that its comment says to expect. */
export interface ExampleRequest {
  readonly title: string
  /** What later requests of the file know its answer by. */
  readonly name: string | undefined
  readonly expected: readonly number[]
  readonly method: string
  /** With its query, without the host; `{{name.response.body.field}}` stands for what a named request was answered. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The requests of an `.http` file, in order. @throws Error naming a request that is not written as ours are */
export const parseHttpFile = (text: string): ExampleRequest[] => text.split(/^### /m).slice(1).map(parseRequest)

function parseRequest(section: string): ExampleRequest {
  const [, title = '', name, expect = '', method = '', target = '', rest = ''] =
    /^(.+)\n(?:# @name (\w+)\n)?# expect ([0-9 or]+)\n([A-Z]+) \{\{host\}\}(\S+)\n([\s\S]*)$/.exec(section) ?? []
  if (title === '') throw new Error(`not as examples are written: ${section}`)
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

/** A text with `{{token}}` and what named requests were answered filled in. @param answers JSON bodies by name */
export const filled = (text: string, token: string, answers: ReadonlyMap<string, unknown>): string =>
  text
    .replace('{{token}}', token)
    .replace(/\{\{(\w+)\.response\.body\.([\w.[\]]+)\}\}/g, (_, name: string, path: string) =>
      String(path.split(/[.[\]]+/).reduce<unknown>(fieldOf, answers.get(name))),
    )

const fieldOf = (value: unknown, field: string): unknown =>
  field === '' ? value : (value as Readonly<Record<string, unknown>> | undefined)?.[field]

/** A request of an `.http` file, and the statuses that its comment says to expect. */
export interface ExampleRequest {
  readonly title: string
  readonly expected: readonly number[]
  readonly method: string
  /** With its query, without the host. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The requests of an `.http` file, in order. @throws Error naming a request that is not written as ours are */
export const parseHttpFile = (text: string): ExampleRequest[] => text.split(/^### /m).slice(1).map(parseRequest)

function parseRequest(section: string): ExampleRequest {
  const [, title = '', expect = '', method = '', target = '', rest = ''] =
    /^(.+)\n# expect ([0-9 or]+)\n([A-Z]+) \{\{host\}\}(\S+)\n([\s\S]*)$/.exec(section) ?? []
  if (title === '') throw new Error(`not as examples are written: ${section}`)
  const [head = '', ...body] = rest.trim().split('\n\n')
  const headers = head.split('\n').filter((line) => line !== '')
  return {
    title,
    expected: expect.split(' or ').map(Number),
    method,
    target,
    headers: Object.fromEntries(headers.map((line) => line.split(': '))),
    body: body.length === 0 ? undefined : body.join('\n\n'),
  }
}

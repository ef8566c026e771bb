import type { FuzzRequest } from './request.ts'

/** What stands for each where no answer has given one yet. */
const NONE: Readonly<Record<string, string>> = {
  cursor: 'bm9uZQ',
  delivery: 'dlv_0123456789a_0123456789abcdef',
  image: '0123456789abcdef0123456789abcdef',
}

/** Remembers what answers give and later requests are made with: cursors, and ids that the API makes. */
export function givenByAnswers() {
  const given = new Map<string, string>()
  const note = (name: string, pattern: RegExp, text: string): void => {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) given.set(name, value)
  }
  return {
    see(request: FuzzRequest, text: string): void {
      note(`cursor ${request.operationId}`, /"nextCursor":"([^"]+)"/, text)
      if (request.path.includes('/base-hook/')) note('delivery', /"delivery":"(dlv_[^"]+)"/, text)
      if (request.operationId.includes('TestImage')) note('image', /"imageId":"([0-9a-f]{32})"/, text)
    },
    /** The request with all that earlier answers have given filled in. */
    fill: (request: FuzzRequest): FuzzRequest => ({
      ...request,
      path: request.path.replaceAll(
        /\{(cursor|delivery|image)\}/g,
        (_, name: string) => given.get(`${name} ${request.operationId}`) ?? given.get(name) ?? NONE[name] ?? '',
      ),
    }),
  }
}

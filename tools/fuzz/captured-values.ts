import type { FuzzRequest } from './request.ts'
import type { FuzzWorker } from './worker.ts'

/** Values for placeholders before a response has provided one. */
const FALLBACKS: Readonly<Record<string, string>> = {
  cursor: 'bm9uZQ',
  delivery: 'dlv_0123456789a_0123456789abcdef',
  image: '0123456789abcdef0123456789abcdef',
  block: '0-0-0123456789abcdef',
  line: '1',
  ticket: 'none',
  link: `w.${'A'.repeat(43)}`,
}

const PLACEHOLDER = /\{(cursor|delivery|image|block|line|ticket|link|secret|session)\}/g

/**
 * Captures values from responses for later requests: cursors, generated ids, tasks and links of workers.
 * @param worker whose secret and session replace their placeholders
 */
export function captureValues(worker: FuzzWorker) {
  const captured = new Map<string, string>(Object.entries(worker))
  const capture = (name: string, pattern: RegExp, text: string): void => {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) captured.set(name, value)
  }
  const fillText = (text: string, operationId: string): string =>
    text.replaceAll(
      PLACEHOLDER,
      (_, name: string) => captured.get(`${name} ${operationId}`) ?? captured.get(name) ?? FALLBACKS[name] ?? '',
    )
  return {
    observe(request: FuzzRequest, text: string): void {
      capture(`cursor ${request.operationId}`, /"nextCursor":"([^"]+)"/, text)
      if (request.path.includes('/base-hook/')) capture('delivery', /"delivery":"(dlv_[^"]+)"/, text)
      if (request.operationId.includes('TestImage')) capture('image', /"imageId":"([0-9a-f]{32})"/, text)
      if (request.path.startsWith('/v1/workers/')) capture('link', /"link":"([^"]+)"/, text)
      if (request.operationId !== 'nextTasks') return
      capture('block', /"block":"([^"]+)"/, text)
      // Both of the first task: a ticket is valid for its line only.
      capture('line', /"line":(\d+)/, text)
      capture('ticket', /"ticket":"([^"]+)"/, text)
    },
    /** Replaces the placeholders of a request with captured values. */
    fill: (request: FuzzRequest): FuzzRequest => ({
      ...request,
      path: fillText(request.path, request.operationId),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, fillText(value, request.operationId)]),
      ),
      // Latin-1 keeps the bytes of malformed UTF-8.
      body: request.body && Buffer.from(fillText(request.body.toString('latin1'), request.operationId), 'latin1'),
    }),
  }
}

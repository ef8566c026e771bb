import type { FuzzRequest } from './request.ts'

/** Values for placeholders before a response has provided one. */
const FALLBACKS: Readonly<Record<string, string>> = {
  cursor: 'bm9uZQ',
  delivery: 'dlv_0123456789a_0123456789abcdef',
  image: '0123456789abcdef0123456789abcdef',
}

/** Captures values from responses for later requests: cursors and generated ids. */
export function captureValues() {
  const captured = new Map<string, string>()
  const capture = (name: string, pattern: RegExp, text: string): void => {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) captured.set(name, value)
  }
  return {
    observe(request: FuzzRequest, text: string): void {
      capture(`cursor ${request.operationId}`, /"nextCursor":"([^"]+)"/, text)
      if (request.path.includes('/base-hook/')) capture('delivery', /"delivery":"(dlv_[^"]+)"/, text)
      if (request.operationId.includes('TestImage')) capture('image', /"imageId":"([0-9a-f]{32})"/, text)
    },
    /** Replaces the placeholders of a request with captured values. */
    fill: (request: FuzzRequest): FuzzRequest => ({
      ...request,
      path: request.path.replaceAll(
        /\{(cursor|delivery|image)\}/g,
        (_, name: string) =>
          captured.get(`${name} ${request.operationId}`) ?? captured.get(name) ?? FALLBACKS[name] ?? '',
      ),
    }),
  }
}

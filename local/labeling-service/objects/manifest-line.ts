import * as z from 'zod'

/** A line of a manifest. Unknown members are passed through. */
export type ManifestLine = Readonly<Record<string, unknown>> & { readonly 'source-ref': string }

const SourceRef = z.string().regex(/^s3:\/\/[^/]+\/.+$/s)

/** Parses a line of a manifest. Returns a message if it is invalid. */
export function parseLine(text: string): ManifestLine | string {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return 'must be valid JSON'
  }
  if (!isRecord(line)) return 'must be a JSON object'
  if (!Object.hasOwn(line, 'source-ref')) return 'must have source-ref'
  const { data } = SourceRef.safeParse(line['source-ref'])
  // Not a schema for the whole line, because parsing would change its members.
  return data === undefined ? 'source-ref must be s3://bucket/key' : Object.assign(line, { 'source-ref': data })
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns an own member of an object; safe for names such as `__proto__`. */
export const ownMember = (value: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined

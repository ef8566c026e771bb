import * as z from 'zod'

/** A line of a manifest. Members that nobody here knows are passed through. */
export type ManifestLine = Readonly<Record<string, unknown>> & { readonly 'source-ref': string }

const SourceRef = z.string().regex(/^s3:\/\/[^/]+\/.+$/s)

/** The line's members, or what is wrong with it, in words. */
export function parseLine(text: string): ManifestLine | string {
  let line: unknown
  try {
    line = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  if (!isRecord(line)) return 'it is no JSON object'
  if (!Object.hasOwn(line, 'source-ref')) return 'it has no source-ref'
  const { data } = SourceRef.safeParse(line['source-ref'])
  // Not a schema for the whole line: what comes out of one has other members than what went in.
  return data === undefined ? 'its source-ref is no s3://bucket/key' : Object.assign(line, { 'source-ref': data })
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The member of this name that the value has itself, whatever the name is. */
export const own = (value: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined

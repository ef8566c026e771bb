import { metadataKey } from './attributes.ts'
import { readRecord } from './record.ts'
import { UnreadableLineError } from './unreadable-line.ts'

/** What a job adds to a line: the label, absent if the object failed, and its metadata. */
export interface LineLabel {
  readonly value?: unknown
  readonly metadata: Readonly<Record<string, unknown>>
}

/**
 * Adds a label to a line of a manifest. All else in the line stays as it is, byte for byte, unless the line has this label
 * or its metadata already: these are replaced, and the line is written anew. Pure.
 * @param text the line, with or without its line end
 * @returns the line without a line end; `undefined` when it is no JSON object
 */
export function addLabel(text: string, attribute: string, { value, metadata }: LineLabel): string | undefined {
  const record = readOrUndefined(text)
  if (!record) return undefined
  const key = metadataKey(attribute)
  const added = { ...(value !== undefined && { [attribute]: value }), [key]: metadata }
  if (Object.hasOwn(record, attribute) || Object.hasOwn(record, key)) {
    const others = Object.entries(record).filter(([name]) => name !== attribute && name !== key)
    return JSON.stringify(Object.fromEntries([...others, ...Object.entries(added)]))
  }
  const start = text.trimEnd().slice(0, -1)
  const comma = Object.keys(record).length > 0 ? ',' : ''
  return `${start}${comma}${JSON.stringify(added).slice(1)}`
}

function readOrUndefined(text: string) {
  try {
    return readRecord(text, [])
  } catch (error) {
    if (error instanceof UnreadableLineError) return undefined
    throw error
  }
}

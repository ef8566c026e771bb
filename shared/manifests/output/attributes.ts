import { isRecord, type JsonRecord, ownValue, readRecord } from './record.ts'
import { UnreadableLineError } from './unreadable-line.ts'

const METADATA = '-metadata'
/** Video manifests have metadata of their source as well; the service allows neither name for a label. */
const SOURCES: readonly string[] = ['source-ref', 'source']

/** The key under which a label's metadata is. */
export const metadataKey = (attribute: string): string => `${attribute}${METADATA}`

/**
 * The label attributes of a line in the order of their metadata: those that are there with metadata, and those that
 * failed, of which only the metadata is there. A chained line has several. None for a line that cannot be read.
 */
export function listAttributes(text: string): string[] {
  try {
    const record = readRecord(text, [])
    return Object.keys(record)
      .filter((key) => key.endsWith(METADATA))
      .map((key) => key.slice(0, -METADATA.length))
      .filter((name) => isLabel(record, name))
  } catch (error) {
    if (error instanceof UnreadableLineError) return []
    throw error
  }
}

function isLabel(record: JsonRecord, name: string): boolean {
  const metadata = ownValue(record, metadataKey(name))
  if (name === '' || name.endsWith(METADATA) || SOURCES.includes(name) || !isRecord(metadata)) return false
  return Object.hasOwn(record, name) || Object.hasOwn(metadata, 'failure-reason')
}

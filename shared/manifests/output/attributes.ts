import { isRecord, type JsonRecord, ownValue, readRecord } from './record.ts'
import { UnreadableLineError } from './unreadable-line.ts'

const METADATA = '-metadata'
/** Video manifests have metadata of their source too. The service allows neither name for a label. */
const SOURCE_KEYS: readonly string[] = ['source-ref', 'source']

/** Returns the key of the metadata of a label attribute. Pure. */
export const metadataKey = (attribute: string): string => `${attribute}${METADATA}`

/**
 * Lists the label attributes of a line in the order of their metadata: those with a label, and failed ones, which have only
 * metadata. A line that several jobs labeled has several. Returns none for a line that cannot be read. Pure.
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
  if (name === '' || name.endsWith(METADATA) || SOURCE_KEYS.includes(name) || !isRecord(metadata)) return false
  return Object.hasOwn(record, name) || Object.hasOwn(metadata, 'failure-reason')
}

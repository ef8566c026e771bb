/** Keeps the whole request body, with its link and envelope, below 20 kB. */
export const MAX_DATA_BYTES = 16_000
const MAX_OMITTED_NAMES = 20

type Data = Readonly<Record<string, unknown>>

const countBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/**
 * Removes the largest fields of an event's data, such as lists of failures, until it fits; `omitted` names them. Counts
 * and names of resources are small, so they remain, and the event's link leads to the rest. Pure.
 */
export function truncatePayload(data: Data): Data {
  const largestFirst = Object.entries(data)
    .map(([name, value]) => ({ name, bytes: countBytes({ [name]: value }) - 1 }))
    .sort((one, other) => other.bytes - one.bytes)
  const omitted = new Set<string>()
  let bytes = countBytes(data)
  for (const field of largestFirst) {
    if (bytes <= MAX_DATA_BYTES) break
    omitted.add(field.name)
    bytes -= field.bytes
  }
  if (omitted.size === 0) return data
  const kept = Object.entries(data).filter(([name]) => !omitted.has(name))
  return { ...Object.fromEntries(kept), omitted: [...omitted].slice(0, MAX_OMITTED_NAMES) }
}

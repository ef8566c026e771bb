/** So that all of what is sent, with a link and the words around it, stays below 20 kB. */
const MAX_DATA_BYTES = 16_000
const MAX_NAMED_FIELDS = 20

type Data = Readonly<Record<string, unknown>>

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/**
 * An event's data as it is told: where it is too large its largest fields go, such as lists of failures, and `omitted`
 * names them. Counts stay, and so does what is about the resource itself, which its link leads to. Pure.
 */
export function truncatePayload(data: Data): Data {
  const largestFirst = Object.entries(data)
    .map(([name, value]) => ({ name, bytes: bytesOf({ [name]: value }) - 1 }))
    .sort((one, other) => other.bytes - one.bytes)
  const omitted = new Set<string>()
  let bytes = bytesOf(data)
  for (const field of largestFirst) {
    if (bytes <= MAX_DATA_BYTES) break
    omitted.add(field.name)
    bytes -= field.bytes
  }
  if (omitted.size === 0) return data
  const kept = Object.entries(data).filter(([name]) => !omitted.has(name))
  return { ...Object.fromEntries(kept), omitted: [...omitted].slice(0, MAX_NAMED_FIELDS) }
}

/** Keys whose values are data, not schemas. */
const DATA_KEYS = new Set(['default', 'enum', 'const', 'example', 'examples'])

/**
 * Returns a copy of an OpenAPI document whose object schemas forbid additional properties: clients must tolerate unknown
 * fields, but the service must not send any. Pure.
 * @param inAllOf whether the schema is a part of `allOf`, which describes only some of the fields
 */
export function closeObjects(value: unknown, inAllOf = false): unknown {
  if (Array.isArray(value)) return value.map((item) => closeObjects(item, inAllOf))
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, DATA_KEYS.has(key) ? one : closeObjects(one, key === 'allOf')]),
  )
  const allowsMore = copy.type === 'object' && 'properties' in copy && copy.additionalProperties === undefined
  return allowsMore && !inAllOf ? { ...copy, additionalProperties: false } : copy
}
